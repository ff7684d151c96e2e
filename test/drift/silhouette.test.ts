import { expect, it } from 'vitest'
import { silhouetteOf } from '../../src/drift/silhouette.ts'

const size = 64
function picture(colour: (x: number, y: number) => readonly [number, number, number]) {
  const data = new Uint8Array(3 * size * size)
  for (let i = 0; i < size * size; i++) data.set(colour(i % size, Math.floor(i / size)), 3 * i)
  return { width: size, height: size, data }
}
const isInside = (x: number, y: number): boolean => x >= 20 && x < 40 && y >= 10 && y < 50

it('tells an object from an even background by any colour', () => {
  const mask = silhouetteOf(picture((x, y) => (isInside(x, y) ? [120, 60, 120] : [120, 120, 120])))!
  expect([...mask]).toEqual(
    Array.from({ length: size * size }, (_, i) => Number(isInside(i % size, Math.floor(i / size)))),
  )
})

it.each<[string, (x: number, y: number) => readonly [number, number, number]]>([
  ['an uneven background', (x, y) => (isInside(x, y) ? [0, 0, 0] : [4 * x, 4 * x, 4 * x])],
  ['nothing before it', () => [90, 90, 90]],
  ['a surface that fills the picture', (x) => (x % 2 === 0 ? [0, 0, 0] : [200, 200, 200])],
  ['what is cut by the border', (x) => (x < 40 ? [0, 0, 0] : [200, 200, 200])],
])('does not guess at %s', (_, colour) => {
  expect(silhouetteOf(picture(colour))).toBeNull()
})
