/** Datasets in miniature, drawn by the test: grainy photographs of 24 x 24 with or without a dark spot, and masks of the spot. */
import { encodePng } from '../../src/image/encode-image.ts'
import { createRandom } from '../../src/math/random.ts'
import { makeTree } from './temporary-tree.ts'

export const side = 24
/** Of the spot. */
export const spotPixels = 36

const inSpot = (x: number, y: number): boolean => x >= 6 && x < 12 && y >= 9 && y < 15

function photograph(name: string, isDefective: boolean): Uint8Array {
  const random = createRandom(0, 'miniature', name)
  return Uint8Array.from({ length: side * side }, (_, i) =>
    isDefective && inSpot(i % side, Math.floor(i / side)) ? 30 : 120 + Math.floor(60 * random.uniform()),
  )
}

const painted = (inside: number, outside: number): Uint8Array =>
  Uint8Array.from({ length: side * side }, (_, i) =>
    inSpot(i % side, Math.floor(i / side)) ? inside : outside,
  )

/** `good` and `bad` photographs, a `mask` of the spot, a `black` one, a mask of class `3`, one with `light` around a dark spot, a `white` one, the `corner` of another defect; else text. */
export type Content =
  | 'good'
  | 'bad'
  | 'mask'
  | 'black'
  | 'white'
  | 'light'
  | 'three'
  | 'corner'
  | { readonly text: string }

export async function drawDataset(files: Readonly<Record<string, Content>>): Promise<string> {
  const tree: Record<string, string | Uint8Array> = {}
  for (const [path, content] of Object.entries(files)) {
    if (typeof content === 'object') tree[path] = content.text
    else tree[path] = await encodePng({ width: side, height: side, data: pixels(path, content) })
  }
  return makeTree(tree)
}

function pixels(path: string, content: Exclude<Content, object>): Uint8Array {
  if (content === 'good' || content === 'bad') return photograph(path, content === 'bad')
  if (content === 'mask') return painted(255, 0)
  if (content === 'three') return painted(3, 0)
  if (content === 'black') return painted(0, 0)
  if (content === 'white') return painted(255, 255)
  if (content === 'light') return painted(0, 255)
  return Uint8Array.from({ length: side * side }, (_, i) => (i % side < 3 && i < 3 * side ? 247 : 0))
}

/** So many files, `#` in their names replaced by 000, 001 ... */
export const some = (count: number, path: string, content: Content, first = 0): Record<string, Content> =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      path.replaceAll('#', String(first + i).padStart(3, '0')),
      content,
    ]),
  )
