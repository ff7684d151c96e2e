/** Which parts lend each other their backgrounds. */
import type { Frame, Mask } from '../../../image/image.ts'
import { growMask } from '../../../math/grow-mask.ts'
import { mustGet } from '../../../present.ts'
import { checkCancelled, type Task } from '../../../task.ts'
import type { FittedRun, JudgedImage, ObjectMasks } from '../fitted-run.ts'
import { drawImages } from '../rescore.ts'

export interface Pair {
  readonly good: JudgedImage
  readonly bad: JudgedImage
  /** The controls: another good part for the good one, another defective one for the defective one. */
  readonly otherGood: JudgedImage
  readonly otherBad: JudgedImage
  /** Where the own picture stays: the object and those of both lenders, so that the same is exchanged in test and control. */
  readonly keptOfGood: Mask
  readonly keptOfBad: Mask
}

export interface Pairs {
  readonly pairs: readonly Pair[]
  /** Objects, grown by the margin, of every image looked at; by sample id. */
  readonly objects: ReadonlyMap<string, Mask>
}

/** Share of the longer side by which objects are grown: outlines are never exact, and features see a little around them. */
const margin = 0.03
/** Share of the picture that must be exchanged for the answer to mean anything. */
const leastExchanged = 0.1

/**
 * Every image lends once and borrows once in each role.
 *
 * @returns Why there are none. Cost: the masks of at most `run.images` images of either label.
 */
export async function choosePairs(run: FittedRun, masks: ObjectMasks, task: Task): Promise<Pairs | string> {
  const random = run.randomOf('background pairs')
  const objects = new Map<string, Mask>()
  const usable = async (label: 'nominal' | 'anomalous'): Promise<readonly JudgedImage[]> => {
    const found: JudgedImage[] = []
    for (const image of drawImages(run.judged, label, run.images, random.fork(label))) {
      checkCancelled(task)
      const mask = await masks.find(image)
      if (mask === null) continue
      const { width, height } = mask
      const radius = Math.ceil(margin * Math.max(width, height))
      objects.set(image.sample.id, { width, height, data: growMask(mask.data, width, height, radius) })
      found.push(image)
    }
    return found
  }
  const goods = groupByPlace(await usable('nominal'))
  const bads = groupByPlace(await usable('anomalous'))
  const pairs: Pair[] = []
  for (const [place, good] of goods) {
    const bad = bads.get(place) ?? []
    const count = Math.min(good.length, bad.length)
    if (count < 2) continue
    const shuffledGood = random.fork('good', place).shuffleInPlace([...good])
    const shuffledBad = random.fork('bad', place).shuffleInPlace([...bad])
    for (let i = 0; i < count; i++) {
      const [own, partner] = [shuffledGood[i]!, shuffledBad[i]!]
      const otherGood = nextOfAnotherUnit(shuffledGood, i)
      const otherBad = nextOfAnotherUnit(shuffledBad, i)
      if (otherGood === undefined || otherBad === undefined) continue
      const of = (...images: readonly JudgedImage[]): Mask =>
        union(images.map(({ sample }) => mustGet(objects, sample.id)))
      const keptOfGood = of(own, partner, otherGood)
      const keptOfBad = of(partner, own, otherBad)
      if (exchangedShare(keptOfGood, own.frame) < leastExchanged) continue
      pairs.push({ good: own, bad: partner, otherGood, otherBad, keptOfGood, keptOfBad })
    }
  }
  if (pairs.length > 0) return { pairs, objects }
  return objects.size === 0
    ? 'no object was found in any image'
    : 'no two pictures are framed alike with enough background around the parts to exchange'
}

/** Pictures whose content lies alike in the model input. */
function groupByPlace(images: readonly JudgedImage[]): ReadonlyMap<string, readonly JudgedImage[]> {
  const groups = new Map<string, JudgedImage[]>()
  for (const image of images) {
    const { x, y, width, height } = image.frame.content
    const place = `${x},${y} ${width}x${height}`
    groups.set(place, [...(groups.get(place) ?? []), image])
  }
  return groups
}

function nextOfAnotherUnit(images: readonly JudgedImage[], i: number): JudgedImage | undefined {
  const turned = [...images.slice(i + 1), ...images.slice(0, i)]
  return turned.find(({ unit }) => unit !== images[i]!.unit)
}

function union(masks: readonly Mask[]): Mask {
  const first = masks[0]!
  return {
    ...first,
    data: first.data.map((_, i) => Number(masks.some(({ data }) => data[i] === 1))),
  }
}

function exchangedShare({ width, data }: Mask, { content }: Frame): number {
  let kept = 0
  for (let y = content.y; y < content.y + content.height; y++) {
    for (let x = content.x; x < content.x + content.width; x++) kept += data[y * width + x]!
  }
  return 1 - kept / (content.width * content.height)
}
