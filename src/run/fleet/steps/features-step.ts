/** The step `features`: the features of a shard of images, put where all workers find them. */
import { z } from 'zod'
import type { PixelReading } from '../../../image/pixel-reading.ts'
import { checkCancelled } from '../../../task.ts'
import type { Step } from '../../../work/step.ts'
import type { Look } from '../look.ts'
import type { Bench } from './bench.ts'

export interface FeaturesOrder {
  readonly look: Look
  readonly stages: readonly string[]
  readonly images: readonly { readonly sha256: string; readonly reading?: PixelReading }[]
}

/** Images that cannot be read, by their place in the shard. */
export const featuresValueSchema = z.strictObject({
  failures: z.array(z.strictObject({ image: z.number(), reason: z.string() })),
})

export async function doFeatures({ order }: Step<FeaturesOrder>, bench: Bench): Promise<unknown> {
  const { look, stages, images } = order
  const vision = await bench.vision(look)
  const refs = images.map(({ sha256, reading }) => {
    bench.names.set(sha256, sha256)
    return { path: sha256, ...(reading && { reading }) }
  })
  const failures: { image: number; reason: string }[] = []
  let image = 0
  for await (const outcome of vision.features(refs, stages, bench.task)) {
    checkCancelled(bench.task)
    if (!outcome.ok) failures.push({ image, reason: outcome.error })
    image++
  }
  return { failures }
}
