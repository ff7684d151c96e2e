/** From thumbnails to groups of pictures that show the same part, with what the decision rests on. */
import type { SessionOptions } from '../../graph/index.ts'
import { createRandom } from '../../math/random.ts'
import { checkCancelled, sharedThread, type Task } from '../../task.ts'
import { type MovingPicture, movingPicture } from './align.ts'
import { type ChanceLikeness, chanceLikeness, deviationsOf } from './chance-likeness.ts'
import { commonStructure } from './common-structure.ts'
import { describePictures } from './describe-pictures.ts'
import { groupPictures, type Pair } from './group-pictures.ts'
import { createLikeness } from './likeness.ts'
import { localContrast, side } from './local-contrast.ts'
import { nearestPictures } from './nearest-pictures.ts'
import { reducedLength } from './reduced-picture.ts'

export interface InferredGroups {
  /** Indices of the pictures of every group, pictures that stand alone included. */
  readonly groups: readonly (readonly number[])[]
  /** Every pair of pictures that was compared. */
  readonly pairs: readonly Pair[]
  readonly chance: ChanceLikeness
  /** Pictures that resemble another enough but stand alone, since their group does not stand out from the rest. */
  readonly undecided: number
}

/** Pictures that each one is compared with: 97 % of the siblings in `mtd` are among the first 12 (docs/hidden-parts.md). */
const candidates = 12
/** Fewer pictures do not tell how alike different parts are. */
export const leastPictures = 20

/**
 * The same pictures give the same groups: what is drawn at random on the way is drawn by a seed of its own.
 *
 * @param thumbnails - Grey, 0..255, [64, 64] each; at least {@link leastPictures} of them.
 * Cost: about 4 ms a picture on one core, and O(count²) for the candidates, 1.4 s at 20,000; memory 13 KB a picture.
 */
export async function inferGroups(
  thumbnails: readonly Uint8Array[],
  machine: SessionOptions,
  task: Task,
): Promise<InferredGroups> {
  const count = thumbnails.length
  const random = createRandom(0, 'likeness')
  const contrasts = new Int8Array(count * side * side)
  const turn = sharedThread()
  for (const [i, grey] of thumbnails.entries()) {
    await turn()
    contrasts.set(localContrast(grey), i * side * side)
  }
  const picture = (i: number): MovingPicture =>
    movingPicture(contrasts.subarray(i * side * side, (i + 1) * side * side))
  const common = await commonStructure(count, picture, random.fork('common'), task)
  const likeness = createLikeness(contrasts, common)
  const chance = await chanceLikeness(likeness, random.fork('chance'), task)
  const descriptors = describePictures(picture, common, task)
  const nearest = await nearestPictures(descriptors, reducedLength, candidates, machine, task)
  const between = (a: number, b: number): number => deviationsOf(likeness.between(a, b), chance)

  const pairs: Pair[] = []
  const progress = task.progress('likeness', 'images')
  try {
    for (let a = 0; a < count; a++) {
      await turn()
      checkCancelled(task)
      for (const b of nearest[a]!) {
        // A pair that found each other is looked at once.
        if (b < a && nearest[b]!.includes(a)) continue
        const found = likeness.between(a, b)
        pairs.push({
          a: Math.min(a, b),
          b: Math.max(a, b),
          likeness: found,
          deviations: deviationsOf(found, chance),
        })
      }
      progress.update(a + 1, count)
    }
  } finally {
    progress.end()
  }
  return { ...groupPictures(count, pairs, between, chance.leastDeviations), pairs, chance }
}
