/**
 * A method that looks at tiles of pictures, or at a region of interest: it learns from the tiles and judges whole pictures, with one score
 * and one map each. Whoever uses it need not know: it is a method like others.
 */
import { reasonOfBadFile } from '../../errors.ts'
import { interestOfMap } from '../../image/region-of-interest.ts'
import { mapConcurrent, type Task } from '../../task.ts'
import type {
  Detector,
  DetectorMethod,
  FitInput,
  ImageRef,
  Outcome,
  Scored,
  SharedFit,
  Vision,
} from '../detector.ts'
import { joinTiles, type ScoredTile } from './join-tiles.ts'
import { type TilePlan, tilesOf, type View } from './view.ts'

/** Heads of files read at a time. */
const together = 16

export function viewMethod<Options>(method: DetectorMethod<Options>, view: View): DetectorMethod<Options> {
  const { id, version, title, options, size } = method
  return {
    ...{ id, version, title, options },
    ...(size && { size: (own: Options) => size.call(method, own) }),
    stages: (vision, own) => method.stages(vision, own),
    async fit(input, own) {
      const samples = await allTiles(input, view)
      return viewDetector(await method.fit({ ...input, samples }, own), view)
    },
    // Of tiles no shard knows how many there are in those before it.
    ...(view.tiles === null && method.shared && { shared: sharedFit(method.shared, view) }),
    load: async (files, machine) => viewDetector(await method.load(files, machine), view),
  }
}

const sharedFit = <Options>(shared: SharedFit<Options>, view: View): SharedFit<Options> => ({
  gather: (input, own) => shared.gather(input, own),
  fit: async (shards, input, own) => viewDetector(await shared.fit(shards, input, own), view),
})

async function allTiles({ samples }: Pick<FitInput, 'samples'>, view: View): Promise<readonly ImageRef[]> {
  const tiles: ImageRef[] = []
  for await (const some of mapConcurrent(samples, together, (sample) => tilesOf(sample, view)))
    tiles.push(...some)
  return tiles
}

/** Its map is 0 outside the region of interest. */
export function viewDetector(detector: Detector, view: View): Detector {
  const { tiles, interest } = view
  const seen = (scored: Scored): Scored =>
    interest === null ? scored : { ...scored, map: () => interestOfMap(scored.map(), scored.frame, interest) }
  const { curves } = detector
  return {
    ...(curves && { curves }),
    ...(detector.graph && { graph: detector.graph }),
    save: () => detector.save(),
    close: () => detector.close(),
    async *score(refs, vision, task) {
      const outcomes = tiles === null ? detector.score(refs, vision, task) : joined(tiles, refs, vision, task)
      for await (const outcome of outcomes)
        yield outcome.ok ? { ...outcome, value: seen(outcome.value) } : outcome
    },
  }

  async function* joined(
    plan: TilePlan,
    refs: readonly ImageRef[],
    vision: Vision,
    task: Task,
  ): AsyncGenerator<Outcome<Scored>> {
    const cuts: Outcome<readonly ImageRef[]>[] = []
    for await (const cut of mapConcurrent(refs, together, (ref) => cutOf(ref, view))) cuts.push(cut)
    const scored = detector
      .score(
        cuts.flatMap((cut) => (cut.ok ? cut.value : [])),
        vision,
        task,
      )
      [Symbol.asyncIterator]()
    try {
      for (const cut of cuts) {
        if (!cut.ok) {
          yield cut
          continue
        }
        const own: ScoredTile[] = []
        let failed: Outcome<Scored> | undefined
        for (const { crop, path } of cut.value) {
          const { done, value: outcome } = await scored.next()
          if (done || crop === undefined) throw new Error(`the detector gave no score for a tile of ${path}`)
          if (outcome.ok) own.push({ crop, scored: outcome.value })
          else failed ??= outcome
        }
        yield failed ?? { ok: true, path: cut.path, value: joinTiles(own, plan) }
      }
    } finally {
      await scored.return?.()
    }
  }
}

async function cutOf(ref: ImageRef, view: View): Promise<Outcome<readonly ImageRef[]>> {
  try {
    return { ok: true, path: ref.path, value: await tilesOf(ref, view) }
  } catch (error) {
    return { ok: false, path: ref.path, error: reasonOfBadFile(error) }
  }
}
