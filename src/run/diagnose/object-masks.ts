/** Where the objects of a run are: by the dataset's own masks, else by the embedded segmenter where it can be trusted. */
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import { InputError } from '../../errors.ts'
import type { JudgedImage, ObjectMasks } from '../../guardrail/model/fitted-run.ts'
import { decodeImage } from '../../image/decode-image.ts'
import type { Mask } from '../../image/image.ts'
import { prepareMask } from '../../image/prepare-mask.ts'
import { readImageSize } from '../../image/read-image-size.ts'
import { createSegmenter } from '../../prepare/create-segmenter.ts'
import { sceneKey } from '../../prepare/embedded/embedded-segmenter.ts'
import { chooseLearned, learnScenes, type SizedImage } from '../../prepare/embedded/learn-scenes.ts'
import type { Segmenter } from '../../prepare/segmenter.ts'
import { checkCancelled, mapConcurrent, type Task } from '../../task.ts'

/** Share of the judged images that must have a mask for masks to be "given". */
const mostGiven = 0.9
/** Share of the pictures that must be of a size that the segmenter can learn. */
const leastLearned = 0.8
/** Images tried, and the share of them in which an object must be found that looks like one. */
const [tried, leastFound] = [12, 0.7]
/** As the preparation judges masks: below it a person should look. */
const leastConfidence = 0.6
/** Share of the picture that an object may fill, and share of the border that it may touch. */
const [leastShare, mostShare, mostTouching] = [0.01, 0.85, 0.25]

const enable =
  'give masks of the object in a column "foreground" of a manifest, such as `plumbline prepare` writes'

/** @returns Why there are no masks that could be trusted, and what would bring them. */
export async function openObjectMasks(
  samples: readonly Sample[],
  judged: readonly JudgedImage[],
  vision: Vision,
  threads: number,
  task: Task,
): Promise<ObjectMasks | string> {
  const given = judged.filter(({ sample }) => sample.foreground !== null).length
  if (given >= mostGiven * judged.length) {
    return { areGiven: true, find: once(({ sample, frame }) => vision.foreground(sample, { frame })) }
  }
  const chosen = chooseLearned(await sizesOf(samples, task))
  const isLearned = ({ frame }: JudgedImage): boolean => chosen.has(sceneKey(frame.source))
  if (judged.filter(isLearned).length < leastLearned * judged.length)
    return `the pictures are of many sizes, so that what the object is cannot be learnt from them; ${enable}`
  const segmenter = createSegmenter({ id: 'embedded', scenes: await learnScenes(chosen, threads, task) })
  const objects: ObjectMasks = {
    areGiven: false,
    find: once((image) => segment(image, segmenter)),
  }
  const step = Math.max(1, Math.floor(judged.length / tried))
  const some = judged.filter((_, i) => i % step === 0).slice(0, tried)
  let found = 0
  for (const image of some) {
    checkCancelled(task)
    if ((await objects.find(image)) !== null) found++
  }
  return found >= leastFound * some.length
    ? objects
    : `the object cannot be told from its background (found in ${found} of ${some.length} images; a surface that fills the picture has none); ${enable}`
}

type Find = ObjectMasks['find']

/** Every image once; one whose mask cannot be read has none. */
function once(find: Find): Find {
  const found = new Map<string, Promise<Mask | null>>()
  return (image) => {
    let mask = found.get(image.sample.id)
    if (mask === undefined) {
      mask = find(image).catch((error: unknown) => {
        if (error instanceof InputError) return null
        throw error
      })
      found.set(image.sample.id, mask)
    }
    return mask
  }
}

async function segment(
  { sample, frame }: Pick<JudgedImage, 'sample' | 'frame'>,
  segmenter: Segmenter,
): Promise<Mask | null> {
  const { mask, confidence } = await segmenter.segment(await decodeImage(sample.path, sample.reading), null)
  if (mask === null || (confidence !== null && confidence < leastConfidence)) return null
  return looksLikeObject(mask) ? prepareMask(mask, frame) : null
}

function looksLikeObject({ width, height, data }: Mask): boolean {
  const share = data.reduce((sum, bit) => sum + bit, 0) / data.length
  let touching = 0
  for (let x = 0; x < width; x++) touching += data[x]! + data[(height - 1) * width + x]!
  for (let y = 0; y < height; y++) touching += data[y * width]! + data[(y + 1) * width - 1]!
  return share >= leastShare && share <= mostShare && touching <= mostTouching * 2 * (width + height)
}

async function sizesOf(samples: readonly Sample[], task: Task): Promise<readonly SizedImage[]> {
  const sizes: SizedImage[] = []
  for await (const size of mapConcurrent(samples, 16, async ({ path, reading }) => {
    checkCancelled(task)
    return readImageSize(path).then(
      (known) => ({ path, ...(reading && { reading }), ...known }),
      () => null,
    )
  })) {
    if (size !== null) sizes.push(size)
  }
  return sizes
}
