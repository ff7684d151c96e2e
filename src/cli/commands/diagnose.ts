import { join } from 'node:path'
import { type DiagnoseRequest, diagnoseDefaults } from '../../request.ts'
import { defineCommand } from '../command.ts'
import { detectorOptions, machineOptions } from '../common-options.ts'
import type { Effects } from '../effects.ts'
import { failOnOption, failureOn } from '../fail-on.ts'
import type { Options, Parsed } from '../options.ts'
import { requirePath, resolveMachine, resolveProvenance, resolveWeights } from '../resolve-request.ts'
import { findingsText } from '../text/findings-text.ts'

export const diagnoseOptions = {
  ...failOnOption,
  fold: {
    type: 'integer',
    placeholder: 'K',
    min: 0,
    default: diagnoseDefaults.fold,
    description:
      'Whose model is asked, 0 for the first fold. It is fitted again where the run kept none (`evaluate --keep-models`).',
  },
  images: {
    type: 'integer',
    placeholder: 'N',
    min: 8,
    max: 100_000,
    default: diagnoseDefaults.images,
    description:
      'Images of either label that are changed and judged again, at most; more narrow the intervals and take longer.',
  },
  weights: { ...detectorOptions.weights, group: 'Machine', defaultText: "the run's" },
  ...machineOptions,
} as const satisfies Options

export const diagnose = defineCommand({
  name: 'diagnose',
  summary: 'Find out whether the model of a run is right for the right reasons',
  description: [
    'Asks the questions of docs/guardrails.md: does the verdict come from the background, does it point at the defect, what harmless change of the picture turns a good part into a defective one, does the threshold jump, was anything chosen on test data, for whom does it fail. Needs the dataset as it was. Pictures and curves go into the report of the run.',
    'Interrupted, it goes on with the questions that have no answer yet.',
  ],
  operands: [
    { name: 'run', type: 'path', isRequired: true, description: 'Run folder that `evaluate` wrote.' },
  ],
  options: diagnoseOptions,
  examples: ['plumbline diagnose runs/first', 'plumbline diagnose runs/first --json --fail-on warning'],
  async run(parsed, effects, task) {
    const request = diagnoseRequest(parsed, effects)
    requirePath(request.run)
    const { diagnoseRun } = await import('../../pipeline.ts')
    const { report } = await diagnoseRun(request, task)
    const failure = failureOn(report.findings, parsed.values['fail-on'])
    return {
      json: report,
      text: `${findingsText(report, effects.columns)}\nReport: ${join(request.run, 'report.html')}\n`,
      ...(failure && { failure }),
    }
  },
})

/** @throws {InputError} A named weights folder is not there. */
export function diagnoseRequest(
  { values, operands, words }: Parsed<typeof diagnoseOptions>,
  effects: Effects,
): DiagnoseRequest {
  return {
    run: operands.run![0]!,
    ...resolveMachine(values, effects),
    ...resolveProvenance('diagnose', words, effects),
    weights: values.weights === null ? null : resolveWeights(values.weights, effects),
    fold: values.fold,
    images: values.images,
  }
}
