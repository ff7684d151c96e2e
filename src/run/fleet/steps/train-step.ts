/** The step `train`: a model fitted on some images; kept, or asked of others that it has not seen. */
import { join } from 'node:path'
import { z } from 'zod'
import { openScratchFolder } from '../../../detector/scratch-folder.ts'
import { writeFileAtomic } from '../../../files/atomic.ts'
import { createInspector } from '../../../inspect/create-inspector.ts'
import { createRandom } from '../../../math/random.ts'
import type { Step } from '../../../work/step.ts'
import { type SharePlan, scoreHeld } from '../../train/fit-share.ts'
import { floatsFrom, floatsText } from '../floats.ts'
import { type MethodOrder, methodOf } from '../method-order.ts'
import type { SampleRef } from '../sample-ref.ts'
import { type Bench, samplesOf } from './bench.ts'
import { type LearntFrom, learningOf } from './gather-step.ts'

export interface TrainOrder extends MethodOrder, Pick<SharePlan, 'stream' | 'maps'> {
  readonly seed: number
  readonly train: LearntFrom
  readonly held: readonly SampleRef[]
  /** Its files are among those of the result, in `model/`. */
  readonly isKept: boolean
}

/** Images by their place among those held back. */
export const trainValueSchema = z.strictObject({
  scored: z.array(z.tuple([z.number(), z.number()])),
  peaks: z.array(z.number()),
  sampled: z.strictObject({ nominal: floatsText, all: floatsText }),
})

export const keptFolder = 'model'

export async function doTrain(
  { order }: Step<TrainOrder>,
  bench: Bench,
): Promise<z.infer<typeof trainValueSchema>> {
  const learning = await learningOf(order, await methodOf(order, bench), bench)
  const { method, options } = learning.configured
  const { device, threads } = bench.made
  const vision = await bench.vision(order.look)
  const detector = await method.fit(
    {
      ...{ samples: learning.train, vision, task: bench.task, device, threads },
      random: createRandom(order.seed, ...order.stream),
      scratch: openScratchFolder(join(bench.out, 'training'), bench.id, bench.task),
    },
    options,
  )
  try {
    const held = await samplesOf(order.held, order, bench)
    const inspector = createInspector({ detector, vision, operating: null })
    const { scored, peaks, sampled } = await scoreHeld({ held, maps: order.maps }, inspector, bench.task)
    if (order.isKept) {
      for (const [name, bytes] of detector.save())
        await writeFileAtomic(join(bench.out, keptFolder, name), bytes)
    }
    const place = new Map(held.map((sample, i) => [sample, i]))
    return {
      scored: scored.map(({ sample, score }) => [place.get(sample) ?? -1, score]),
      peaks: [...peaks],
      sampled: { nominal: floatsFrom(sampled.nominal), all: floatsFrom(sampled.all) },
    }
  } finally {
    await detector.close()
  }
}
