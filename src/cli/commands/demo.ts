import { defineCommand } from '../command.ts'
import { machineOptions, seedOption } from '../common-options.ts'
import { protocolOptions } from '../evaluation-options.ts'
import type { Options } from '../options.ts'
import { resolveMachine, resolveProvenance } from '../resolve-request.ts'
import { demoText } from '../text/demo-text.ts'

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
    'Renders forged parts with known defects, checks the photographs, cuts the parts out, evaluates a detector on them, asks it the questions of `diagnose` and writes the report.',
  ],
  operands: [],
  options: demoOptions,
  examples: ['plumbline demo', 'plumbline demo --out /tmp/demo --seed 7 --json'],
  async run({ values, words }, effects, task) {
    const { runDemo } = await import('../../pipeline.ts')
    const result = await runDemo(
      {
        ...resolveMachine(values, effects),
        ...resolveProvenance('demo', words, effects),
        out: values.out,
        seed: values.seed,
        folds: values.folds,
      },
      task,
    )
    return { json: result.evaluation, text: demoText(result, values.out, effects.columns) }
  },
})
