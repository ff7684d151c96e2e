import { type CheckRequest, checkDefaults } from '../../request.ts'
import { defineCommand } from '../command.ts'
import { datasetOptions, detectorOptions, machineOptions, seedOption } from '../common-options.ts'
import type { Effects } from '../effects.ts'
import { failOnOption, failureOn } from '../fail-on.ts'
import type { Options, Parsed } from '../options.ts'
import {
  requirePath,
  resolveDataset,
  resolveMachine,
  resolveProvenance,
  resolveWeights,
} from '../resolve-request.ts'
import { findingsText } from '../text/findings-text.ts'

const { backbone, weights, size, fit } = detectorOptions

export const checkOptions = {
  ...failOnOption,
  'escape-claim': {
    type: 'number',
    placeholder: 'P',
    min: 0,
    max: 1,
    isOpen: true,
    default: checkDefaults.escapeClaim,
    description:
      'Share of escaping defects that you want to be able to promise; are there enough parts for it?',
  },
  'write-parts': {
    type: 'path',
    placeholder: 'FILE',
    description:
      'Write a manifest (CSV) with the parts, inferred from likeness where none are given, to correct and to use as DATASET.',
  },
  report: {
    type: 'path',
    placeholder: 'FILE',
    description: 'Write a page (HTML) with the findings and their pictures.',
  },
  ...datasetOptions,
  backbone,
  weights,
  size,
  fit,
  seed: { ...seedOption.seed, group: 'Machine' },
  ...machineOptions,
} as const satisfies Options

export const check = defineCommand({
  name: 'check',
  summary: 'Find what is wrong with a dataset before anything is trained on it',
  description: [
    'Asks the questions of docs/guardrails.md: files, duplicates, parts in several roles, shortcuts, shift, pose, size of defects, light, focus, unnoticed defects, numbers. Each finding comes with its evidence and a remedy; what cannot be asked says what is missing.',
  ],
  operands: [
    { name: 'dataset', type: 'path', isRequired: true, description: 'Folder of images, or a manifest file.' },
  ],
  options: checkOptions,
  examples: [
    'plumbline check parts',
    'plumbline check parts --json --fail-on error',
    'plumbline check parts --write-parts parts.csv --report parts.html',
  ],
  async run(parsed, effects, task) {
    const request = checkRequest(parsed, effects)
    requirePath(request.dataset)
    const { checkDataset } = await import('../../pipeline.ts')
    const { report } = await checkDataset(request, task)
    const failure = failureOn(report.findings, parsed.values['fail-on'])
    const where = request.report === null ? '' : `\nReport: ${request.report}\n`
    return {
      json: report,
      text: `${findingsText(report, effects.columns)}${where}`,
      ...(failure && { failure }),
    }
  },
})

/** @throws {InputError} A named weights folder is not there. */
export function checkRequest(
  { values, operands, words }: Parsed<typeof checkOptions>,
  effects: Effects,
): CheckRequest {
  return {
    ...resolveDataset(operands.dataset![0]!, values),
    ...resolveMachine(values, effects),
    ...resolveProvenance('check', words, effects),
    backbone: values.backbone,
    weights: resolveWeights(values.weights, effects),
    size: values.size,
    fit: values.fit,
    seed: values.seed,
    escapeClaim: values['escape-claim'],
    writeParts: values['write-parts'],
    report: values.report,
  }
}
