/** The step `pixels`: figures of the pixels of a fold, of which steps `judge` have counted a shard each. */
import { joinTallies, type TallyShard } from '../../../evaluate/metrics/pixel/joined-tallies.ts'
import type { PixelFigures } from '../../../evaluate/metrics/pixel/pixel-metrics.ts'
import { present } from '../../../present.ts'
import { checkCancelled } from '../../../task.ts'
import type { Step } from '../../../work/step.ts'
import type { Bench } from './bench.ts'
import { earlierResult } from './read-step.ts'
import { tallyFiles } from './step-files.ts'

export interface PixelsOrder {
  /** Steps `judge`, in the order of their images. */
  readonly judged: readonly string[]
}

export const doPixels = ({ order }: Step<PixelsOrder>, bench: Bench): Promise<PixelFigures> =>
  joinTallies(order.judged.map((step) => shardOf(step, bench)))

function shardOf(step: string, { store, blobs, task }: Bench): TallyShard {
  const read = async (name: string): Promise<Uint8Array> => {
    checkCancelled(task)
    const { files } = await earlierResult(store, step)
    return blobs.get(
      present(
        files.find(({ path }) => path === name),
        name,
      ).sha256,
    )
  }
  return { defects: () => read(tallyFiles.defects), others: () => read(tallyFiles.others) }
}
