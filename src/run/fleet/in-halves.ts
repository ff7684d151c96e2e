/** Shards of images, one of which may end whatever process reads it: it is found by halving its shard. */
import type { JobFailure } from '../../work/engine.ts'
import { StepFailure } from './fleet.ts'

export interface Halving<Item, Result> {
  /** @param tries - Before it is given up. @throws {StepFailure} The process of each ended. */
  work(shard: readonly Item[], label: string, tries: number): Promise<Result>
  /** What an item comes to that no worker survives. */
  lost(item: Item, failure: JobFailure): Result
}

/** @returns In the order of the items, of as many pieces as it took. @throws Whatever `work` throws but for the end of a process. */
export async function inHalves<Item, Result>(
  shard: readonly Item[],
  label: string,
  halving: Halving<Item, Result>,
  tries = 2,
): Promise<readonly Result[]> {
  try {
    return [await halving.work(shard, label, tries)]
  } catch (error) {
    if (!(error instanceof StepFailure) || error.failure.kind !== 'crash') throw error
    const [only, second] = shard
    if (only === undefined) throw error
    if (second === undefined) return [halving.lost(only, error.failure)]
    const half = Math.ceil(shard.length / 2)
    const halves = [shard.slice(0, half), shard.slice(half)]
    // One of them is bad: a single try tells which. A single image gets another chance.
    const found = halves.map((some) => inHalves(some, `${label}, halved`, halving, some.length > 1 ? 1 : 2))
    return (await Promise.all(found)).flat()
  }
}
