/** The cheap guardrails on the data, asked by every evaluation: a figure never goes out without its caveats. */
import type { Vision } from '../../backbone/vision.ts'
import type { Dataset, Sample } from '../../dataset/sample.ts'
import { partsKnown, type UnitKind } from '../../evaluate/units.ts'
import { type GuardrailRun, runGuardrails } from '../../guardrail/contract.ts'
import { quickGuardrails } from '../../guardrail/data/catalogue.ts'
import { createRandom } from '../../math/random.ts'
import { inferGroups, leastPictures } from '../../parts/likeness/infer-groups.ts'
import { scanImages } from '../../parts/scan/scan-images.ts'
import type { EvaluateRequest } from '../../request.ts'
import type { Task } from '../../task.ts'
import { once } from '../open/once.ts'

/**
 * @param samples - Those that can be decoded.
 * @returns What stands against the figures of this evaluation. It draws its own roles, so published splits are not looked at.
 * Cost: every image is decoded once; 10 ms a picture in all.
 */
export async function quickCheck(
  dataset: Pick<Dataset, 'issues' | 'layout'>,
  samples: readonly Sample[],
  unit: UnitKind,
  vision: Vision,
  request: Pick<EvaluateRequest, 'seed' | 'device' | 'threads'>,
  task: Task,
): Promise<GuardrailRun> {
  const drawn = samples.map((sample) => ({ ...sample, split: null }))
  const input = { size: vision.size, fit: vision.fit }
  const scan = await scanImages(drawn, input, task)
  const isAsked = !partsKnown(drawn) && scan.pictures.length >= leastPictures
  const groups = once(() =>
    inferGroups(
      scan.pictures.map(({ thumbnail }) => thumbnail),
      { device: request.device, threads: request.threads },
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
      random: createRandom(request.seed, 'check'),
    },
    task,
  )
}
