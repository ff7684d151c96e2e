import { join } from 'node:path'
import { claimFolder } from '../claim-folder.ts'
import { defineCommand } from '../command.ts'
import { machineOptions, protocolOptions, seedOption } from '../common-options.ts'
import type { Options } from '../options.ts'
import { resolveMachine, resolveProvenance } from '../resolve-request.ts'
import { evaluationText, verdictText } from '../text/evaluation-text.ts'

export const demoOptions = {
  out: {
    type: 'path',
    placeholder: 'DIR',
    default: 'plumbline-demo',
    description: 'Folder for the simulated parts and the results.',
  },
  folds: protocolOptions.folds,
  ...seedOption,
  ...machineOptions,
} as const satisfies Options

export const demo = defineCommand({
  name: 'demo',
  summary: 'See the main job done on simulated parts, without any data or download',
  description: [
    'Renders forged parts with known defects, evaluates a detector on them and writes the report.',
  ],
  operands: [],
  options: demoOptions,
  examples: ['plumbline demo', 'plumbline demo --out /tmp/demo --seed 7 --json'],
  async run({ values, words }, effects, task) {
    await claimFolder(values.out, 'demo')
    const { runDemo } = await import('../../pipeline.ts')
    const { evaluation, run } = await runDemo(
      {
        ...resolveMachine(values, effects),
        ...resolveProvenance('demo', words, effects),
        out: values.out,
        seed: values.seed,
        folds: values.folds,
      },
      task,
    )
    const report = join(run, 'report.html')
    return {
      json: evaluation,
      text: `${evaluationText(evaluation, report, effects.columns)}\n${verdictText(evaluation, effects.columns)}`,
    }
  },
})
