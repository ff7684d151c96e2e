/**
 * Which mask is for which image: by name, and among images of one name by the folders that both paths share. Where two images are
 * equally likely nothing is guessed.
 */

import type { MaskFile } from './image-roles.ts'
import { folderOf, withoutEnding } from './listing.ts'
import { normaliseName, wordsOf } from './names/folder-meaning.ts'
import { maskAffix } from './names/mask-affix.ts'
import { foregroundWords, maskWords, pictureWords } from './names/words.ts'

export interface PairedMasks {
  /** Masks by image, in the order given; several where there is one for each instance. */
  readonly masks: ReadonlyMap<string, readonly string[]>
  /** Masks for which there is no image. */
  readonly unmatched: readonly string[]
  readonly ambiguous: readonly { readonly mask: string; readonly images: readonly string[] }[]
}

/**
 * @param images - Paths relative to the root, of photographs. @param isLikely - Of images that fit equally well, the one that a
 * mask is rather for: a mask of defects is rather for an anomalous image.
 * Cost: linear in names, and for every mask the number of images of its name.
 */
export function pairMasks(
  files: readonly MaskFile[],
  images: readonly string[],
  isLikely: (image: string) => boolean,
): PairedMasks {
  const byStem = new Map<string, string[]>()
  for (const image of images) {
    const name = image.slice(folderOf(image).length).replace(/^\//, '')
    const stem = withoutEnding(name).normalize('NFC')
    // A photograph may itself be called `box_label.png`.
    for (const key of new Set([stem, maskAffix(stem).stem].map((each) => each.toLowerCase()))) {
      const same = byStem.get(key)
      if (same === undefined) byStem.set(key, [image])
      else same.push(image)
    }
  }
  const kinship = createKinship(images)
  const masks = new Map<string, string[]>()
  const unmatched: string[] = []
  const ambiguous: { mask: string; images: readonly string[] }[] = []
  for (const { file, folder, stem } of files) {
    const candidates: Candidate[] = (byStem.get(stem.toLowerCase()) ?? []).map((image) => ({
      image,
      isExact: withoutEnding(image).normalize('NFC').endsWith(stem),
      kin: kinship(folder, folderOf(image)),
    }))
    // `ground_truth/crack/000/001.png`: one of the masks of `crack/000.png`.
    const inner = folder.slice(folder.lastIndexOf('/') + 1).normalize('NFC')
    const outer = folderOf(folder)
    if (inner !== '')
      for (const image of byStem.get(inner.toLowerCase()) ?? [])
        candidates.push({
          image,
          isExact: withoutEnding(image).normalize('NFC').endsWith(inner),
          kin: kinship(outer, folderOf(image)),
        })
    const best = nearest(
      candidates.filter(({ kin }) => !kin.isElsewhere),
      isLikely,
    )
    if (best.length === 0) unmatched.push(file)
    else if (best.length > 1) ambiguous.push({ mask: file, images: best })
    else masks.set(best[0]!, [...(masks.get(best[0]!) ?? []), file])
  }
  return { masks, unmatched, ambiguous }
}

interface Kin {
  /** Folders that both paths have, in one order. */
  readonly shared: number
  readonly onlyMask: number
  readonly onlyImage: number
  /** The mask's path names a folder of images, a class say, that is not this image's. */
  readonly isElsewhere: boolean
}

interface Candidate {
  readonly image: string
  readonly isExact: boolean
  readonly kin: Kin
}

/** The images that fit best; several where nothing tells them apart. */
function nearest(candidates: readonly Candidate[], isLikely: (image: string) => boolean): string[] {
  const rank = ({ kin }: Candidate): number[] => [-kin.shared, kin.onlyMask, kin.onlyImage]
  let best: Candidate[] = []
  for (const candidate of candidates) {
    const order = best.length === 0 ? -1 : compare(rank(candidate), rank(best[0]!))
    if (order < 0) best = [candidate]
    else if (order === 0) best.push(candidate)
  }
  for (const isBetter of [(each: Candidate) => isLikely(each.image), (each: Candidate) => each.isExact]) {
    const better = best.filter(isBetter)
    if (better.length > 0) best = better
  }
  return [...new Set(best.map(({ image }) => image))]
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) if (value !== b[i]!) return value - b[i]!
  return 0
}

/** Folder by folder, without what only says that there are masks or pictures. */
function createKinship(images: readonly string[]): (maskFolder: string, imageFolder: string) => Kin {
  const cleaned = new Map<string, readonly string[]>()
  const pairs = new Map<string, Kin>()
  const clean = (folder: string): readonly string[] => {
    const found = cleaned.get(folder)
    if (found !== undefined) return found
    const made = folder
      .split('/')
      .map(withoutFillers)
      .filter((name) => name !== '')
    cleaned.set(folder, made)
    return made
  }
  const imageNames = new Set([...new Set(images.map(folderOf))].flatMap(clean))
  return (maskFolder, imageFolder) => {
    const key = `${maskFolder}\0${imageFolder}`
    const found = pairs.get(key)
    if (found !== undefined) return found
    const [a, b] = [clean(maskFolder), clean(imageFolder)]
    const shared = commonLength(a, b)
    const isElsewhere = a.some((name) => imageNames.has(name) && !b.includes(name))
    const kin = { shared, onlyMask: a.length - shared, onlyImage: b.length - shared, isElsewhere }
    pairs.set(key, kin)
    return kin
  }
}

const isFiller = (word: string): boolean =>
  maskWords.has(word) ||
  pictureWords.has(word) ||
  foregroundWords.has(word) ||
  word === 'maps' ||
  word === 'map'

function withoutFillers(name: string): string {
  if (isFiller(normaliseName(name))) return ''
  return wordsOf(name)
    .filter((word) => !isFiller(word))
    .join('')
}

/** Of the longest common subsequence. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  let previous = new Array<number>(b.length + 1).fill(0)
  for (const name of a) {
    const row = [0]
    for (const [j, other] of b.entries())
      row.push(name === other ? previous[j]! + 1 : Math.max(previous[j + 1]!, row[j]!))
    previous = row
  }
  return previous[b.length]!
}
