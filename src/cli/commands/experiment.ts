import { join } from 'node:path'
import { choice } from '../../options/kinds.ts'
import { rotationAsk } from '../../options/requests/rotation.ts'
import { defineCommand } from '../command.ts'
import { takeInFlags, withDetectorFlags } from '../detector-flags.ts'
import { rotationText } from '../text/rotation-text.ts'

export const experiment = defineCommand({
  name: 'experiment',
  summary: 'Repeat a controlled experiment on your own parts',
  description: [
    '`rotation`: does the detector know a part that it sees turned? Nominal images get turned copies. Two detectors judge them on the same folds: one has trained on upright images, the other on turned copies as well. The folder gets both runs, rotation.json and rotation.html. For parts that stand in one orientation; takes about six times as long as an evaluation.',
  ],
  options: {
    experiment: choice(['rotation'], { help: 'rotation.', isOperand: true, isRequired: true }),
    ...withDetectorFlags(rotationAsk.options),
  },
  examples: [
    'plumbline experiment rotation cable --out turned-cables',
    'plumbline experiment rotation parts --out turned-parts --detector csflow --folds 3',
  ],
  check: ({ experiment: _, ...values }) => rotationAsk.check?.(takeInFlags(values)),
  async run({ experiment: _, ...values }, { request, task, columns }) {
    const { rotationExperiment } = await import('../../pipeline.ts')
    const rotation = await rotationExperiment(request(takeInFlags(values)), task)
    return { json: rotation, text: rotationText(rotation, join(values.out, 'rotation.html'), columns) }
  },
})
