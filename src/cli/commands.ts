/** The commands by name; each file is imported when it is asked for. The order is that of the help. */
import type { Command } from './command.ts'

const loaders = {
  demo: async () => (await import('./commands/demo.ts')).demo,
  simulate: async () => (await import('./commands/simulate.ts')).simulate,
  look: async () => (await import('./commands/look.ts')).look,
  check: async () => (await import('./commands/check.ts')).check,
  prepare: async () => (await import('./commands/prepare.ts')).prepare,
  evaluate: async () => (await import('./commands/evaluate.ts')).evaluate,
  plan: async () => (await import('./commands/plan.ts')).plan,
  train: async () => (await import('./commands/train.ts')).train,
  model: async () => (await import('./commands/model.ts')).model,
  predict: async () => (await import('./commands/predict.ts')).predict,
  compare: async () => (await import('./commands/compare.ts')).compare,
  diagnose: async () => (await import('./commands/diagnose.ts')).diagnose,
  sweep: async () => (await import('./commands/sweep.ts')).sweep,
  experiment: async () => (await import('./commands/experiment.ts')).experiment,
  report: async () => (await import('./commands/report.ts')).report,
  export: async () => (await import('./commands/export.ts')).exportCommand,
  weights: async () => (await import('./commands/weights.ts')).weights,
  serve: async () => (await import('./commands/serve.ts')).serve,
  audit: async () => (await import('./commands/audit.ts')).audit,
  restore: async () => (await import('./commands/restore.ts')).restore,
  forecast: async () => (await import('./commands/forecast.ts')).forecast,
  worker: async () => (await import('./commands/worker.ts')).worker,
} satisfies Record<string, () => Promise<Command>>

export type CommandName = keyof typeof loaders
export const commandNames = Object.keys(loaders) as CommandName[]

export async function findCommand(name: string): Promise<Command | undefined> {
  return Object.hasOwn(loaders, name) ? await loaders[name as CommandName]() : undefined
}

export async function loadCommands(): Promise<readonly Command[]> {
  return Promise.all(Object.values(loaders).map((load) => load()))
}
