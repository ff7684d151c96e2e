/** Which photographs the embedded segmenter learns from, and the learning itself. */
import { decodeImage } from '../../image/decode-image.ts'
import type { Size } from '../../image/image.ts'
import type { PixelReading } from '../../image/pixel-reading.ts'
import { upperMedian, upperQuantile } from '../../math/order-statistics.ts'
import { checkCancelled, mapConcurrent, type Task } from '../../task.ts'
import { type CellFeatures, cellFeatures, featureCount } from './cell-features.ts'
import { type Scenes, sceneKey } from './embedded-segmenter.ts'
import { frameOf, learnScene, type Scene } from './scene.ts'

export interface SizedImage extends Size {
  readonly path: string
  readonly reading?: PixelReading
}

/** More photographs teach hardly more and cost as much each. */
const mostLearned = 40
/** Fewer of one size are learned one by one. */
const leastLearned = 4

/** @returns For each size of photograph, by its key, which ones to learn from: spread evenly over the order given. */
export function chooseLearned(images: readonly SizedImage[]): ReadonlyMap<string, readonly SizedImage[]> {
  const groups = new Map<string, SizedImage[]>()
  for (const image of images) {
    const key = sceneKey(image)
    groups.set(key, [...(groups.get(key) ?? []), image])
  }
  const chosen = new Map<string, readonly SizedImage[]>()
  for (const [key, group] of groups) {
    if (group.length < leastLearned) continue
    // Steps of the golden ratio: every prefix is spread over the whole, whatever period the order has.
    const order = group.map((image, i) => ({ image, place: (i * 0.6180339887) % 1 }))
    order.sort((a, b) => a.place - b.place)
    const step = Math.max(1, group.length / mostLearned)
    const picks = Array.from(
      { length: Math.min(mostLearned, group.length) },
      (_, k) => order[Math.floor(k * step)]!,
    )
    chosen.set(
      key,
      picks.map(({ image }) => image),
    )
  }
  return chosen
}

/** Photographs that cannot be read are passed over here; they fail where they are prepared. */
export async function learnScenes(
  chosen: ReadonlyMap<string, readonly SizedImage[]>,
  threads: number,
  task: Task,
): Promise<Scenes> {
  const scenes: Record<string, Scene> = {}
  for (const [key, images] of chosen) {
    const pictures: CellFeatures[] = []
    const read = mapConcurrent(images, 2 * threads, async ({ path, reading }) => {
      checkCancelled(task)
      return decodeImage(path, reading).then(cellFeatures, () => null)
    })
    for await (const picture of read)
      if (picture !== null && sizeFits(picture, pictures[0])) pictures.push(picture)
    if (pictures.length < leastLearned || !isOneCamera(pictures)) continue
    const progress = task.progress(`learn what ${key} shows`, 'rounds')
    try {
      scenes[key] = await learnScene(pictures, async (done, total) => {
        progress.update(done, total)
        await new Promise((resolve) => setImmediate(resolve)) // lets a signal through
        checkCancelled(task)
      })
    } finally {
      progress.end()
    }
  }
  return scenes
}

const sizeFits = (picture: CellFeatures, first: CellFeatures | undefined): boolean =>
  first === undefined || (picture.rows === first.rows && picture.cols === first.cols)

/** Grey levels by which the frame may differ from picture to picture, where all are of one camera. */
const largestDrift = 14

/** Whether the frame of the pictures is the same in all of them, but for the light. */
function isOneCamera(pictures: readonly CellFeatures[]): boolean {
  const { rows, cols } = pictures[0]!
  const cells = [...frameOf(rows, cols).entries()].filter(([, isFrame]) => isFrame).map(([i]) => i)
  const drifts = cells.map((i) => {
    const values = pictures.map(({ data }) => data[i * featureCount]!)
    return (upperQuantile(values, 0.75) - upperQuantile(values, 0.25)) / 2
  })
  return upperMedian(drifts) <= largestDrift
}
