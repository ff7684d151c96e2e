import { join } from 'node:path'
import { defineCommand } from '../command.ts'
import type { Options, Parsed } from '../options.ts'
import { requirePath, resolveProvenance } from '../resolve-request.ts'
import { rotationText } from '../text/rotation-text.ts'
import { evaluateOptions, evaluateRequest } from './evaluate.ts'

const { 'keep-models': _, unit: _unit, ...shared } = evaluateOptions

const experimentOptions = {
  ...shared,
  out: {
    type: 'path',
    placeholder: 'DIR',
    required: true,
    description: 'Folder for the results: new, empty, or of an earlier experiment.',
  },
} as const satisfies Options

export const experiment = defineCommand({
  name: 'experiment',
  summary: 'Repeat a controlled experiment on your own parts',
  description: [
    '`rotation`: does the detector know a part that it sees turned? Nominal images get turned copies. Two detectors judge them on the same folds: one has trained on upright images, the other on turned copies as well. The folder gets both runs, rotation.json and rotation.html. For parts that stand in one orientation; takes about six times as long as an evaluation.',
  ],
  operands: [
    { name: 'experiment', type: 'text', isRequired: true, choices: ['rotation'], description: 'rotation.' },
    { name: 'dataset', type: 'path', isRequired: true, description: 'Folder of images, or a manifest file.' },
  ],
  options: experimentOptions,
  examples: [
    'plumbline experiment rotation cable --out turned-cables',
    'plumbline experiment rotation parts --out turned-parts --detector csflow --folds 3',
  ],
  async run(parsed, effects, task) {
    const whole = {
      ...parsed,
      values: { ...parsed.values, 'keep-models': false, unit: 'auto' },
    } as unknown as Parsed<typeof evaluateOptions>
    const request = {
      ...(await evaluateRequest(whole, effects)),
      ...resolveProvenance('experiment', parsed.words, effects),
    }
    requirePath(request.dataset)
    const { rotationExperiment } = await import('../../pipeline.ts')
    const rotation = await rotationExperiment(request, task)
    return {
      json: rotation,
      text: rotationText(rotation, join(request.out, 'rotation.html'), effects.columns),
    }
  },
})
