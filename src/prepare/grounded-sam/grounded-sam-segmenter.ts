/**
 * The segmenter that is told in words what to look for: boxes for the prompt, then the mask of the best box or of all.
 *
 * Source: Grounded-Segment-Anything (Ren et al. 2024, arXiv 2401.14159), grounded_sam_simple_demo.py.
 */
import type { Image, Mask } from '../../image/image.ts'
import { keepObject } from '../keep-object.ts'
import { nothingFound, type Segmentation, type Segmenter } from '../segmenter.ts'
import type { BoxFinder } from './box-finder.ts'
import type { FoundBox } from './find-boxes.ts'
import type { MaskMaker } from './mask-maker.ts'
import type { GroundedSamSettings } from './settings.ts'
import { suppressBoxes } from './suppress-boxes.ts'

export interface GroundedSamNetworks {
  readonly finder: BoxFinder
  readonly maker: MaskMaker
}

/** Images take turns: a network uses all threads by itself, and its intermediate results are large. */
export function createGroundedSam(settings: GroundedSamSettings, networks: GroundedSamNetworks): Segmenter {
  let turn: Promise<unknown> = Promise.resolve()
  let closing: Promise<void> | undefined
  return {
    segment(image) {
      const result = turn.then(() => findObject(image, settings, networks))
      turn = result.catch(() => {}) // this caller gets the error; the next image is another matter
      return result
    },
    close() {
      closing ??= turn.then(async () => {
        await networks.finder.close()
        await networks.maker.close()
      })
      return closing
    },
  }
}

async function findObject(
  image: Image,
  settings: GroundedSamSettings,
  { finder, maker }: GroundedSamNetworks,
): Promise<Segmentation> {
  const { prompt, boxThreshold, nms, pick } = settings
  const { found, bestScore } = await finder.find(image)
  const boxes = suppressBoxes(found, nms)
  if (boxes.length === 0) {
    return nothingFound(
      `nothing in it is like "${prompt}": the best score is ${thousandths(bestScore)}, --box-threshold is ${boxThreshold}`,
    )
  }
  const outline = await maker.look(image)
  const picked: PickedMask[] = []
  for (const each of pick === 'best' ? boxes.slice(0, 1) : boxes) {
    const { mask, iou } = await outline(each.box)
    const kept = keepObject(mask)
    if (kept.mask !== null) picked.push({ mask: kept.mask, confidence: each.score * iou })
  }
  const words = boxes
    .slice(0, pick === 'best' ? 1 : boxes.length)
    .flatMap((each) => wordsNote(each, prompt, finder))
  if (picked.length === 0)
    return nothingFound(...words, 'a box was found for the prompt, but no object in it')
  return {
    mask: unite(picked.map(({ mask }) => mask)),
    // A union is as sure as its least sure part.
    confidence: thousandths(Math.min(...picked.map(({ confidence }) => confidence))),
    objects: pick === 'best' ? boxes.length : 1,
    notes: [...new Set(words)],
  }
}

interface PickedMask {
  readonly mask: Mask
  readonly confidence: number
}

/** What of the prompt a box stands for, where that is not all of it. */
function wordsNote({ tokens }: FoundBox, prompt: string, finder: BoxFinder): string[] {
  const words = finder.wordsOf(tokens)
  if (words === prompt.toLowerCase().replaceAll('.', '').trim()) return []
  return [words === '' ? 'no single word of the prompt was decisive' : `found as "${words}"`]
}

/** @param masks - At least one, all of one size. */
export function unite(masks: readonly Mask[]): Mask {
  const { width, height } = masks[0]!
  const data = new Uint8Array(width * height)
  for (const mask of masks) for (let i = 0; i < data.length; i++) data[i]! |= mask.data[i]!
  return { width, height, data }
}

const thousandths = (value: number): number => Math.round(1000 * value) / 1000
