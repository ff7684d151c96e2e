/** The quick guardrails on the data, asked by every evaluation: a figure never goes out without its caveats. */
import { partsKnown } from '../../evaluate/units.ts'
import { type GuardrailRun, runGuardrails } from '../../guardrail/contract.ts'
import { quickGuardrails } from '../../guardrail/data/catalogue.ts'
import { createRandom } from '../../math/random.ts'
import { inferGroups, leastPictures } from '../../parts/likeness/infer-groups.ts'
import { scanImages } from '../../parts/scan/scan-images.ts'
import type { Task } from '../../task.ts'
import { once } from '../open/once.ts'
import type { OpenEvaluation } from './open-evaluation.ts'

/**
 * @returns What stands against the figures of this evaluation. It draws its own roles, so published splits are not looked at.
 * Cost: every image is decoded once; 10 ms a picture in all.
 */
export async function quickCheck(
  { dataset, seen, unit, vision, machine, request: { seed } }: OpenEvaluation,
  task: Task,
): Promise<GuardrailRun> {
  const drawn = seen.samples.map((sample) => ({ ...sample, split: null }))
  const input = { size: vision.size, fit: vision.fit }
  const scan = await scanImages(drawn, input, task)
  const isAsked = !partsKnown(drawn) && scan.pictures.length >= leastPictures
  const groups = once(() =>
    inferGroups(
      scan.pictures.map(({ thumbnail }) => thumbnail),
      machine,
      task,
    ),
  )
  return await runGuardrails(
    quickGuardrails,
    {
      dataset,
      samples: drawn,
      scan,
      unit,
      input: { ...input, cell: vision.backbone.patchDefaults.stride },
      escapeClaim: null,
      groups: isAsked ? groups : null,
      embeddings: null,
      outlierScores: null,
      random: createRandom(seed, 'check'),
    },
    task,
  )
}
