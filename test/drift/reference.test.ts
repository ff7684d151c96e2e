import { expect, it } from 'vitest'
import { departuresFrom, departureWords } from '../../src/drift/departures.ts'
import { type ImageMeasures, measureImage } from '../../src/drift/measure-image.ts'
import { placeOf, referenceOf, usualRange } from '../../src/drift/reference.ts'
import { createRandom } from '../../src/math/random.ts'
import { measureNames, referenceSchema } from '../../src/wire/reference.ts'

const plain = measureImage({ width: 4, height: 3, data: new Uint8Array(36).fill(90) })
const lit = (brightness: number, more: Partial<ImageMeasures> = {}): ImageMeasures => ({
  ...plain,
  brightness,
  ...more,
})
const reference = referenceOf(Array.from({ length: 100 }, (_, i) => lit(100 + i / 5)))!

it('is what the card holds', () => {
  expect(referenceSchema.parse(JSON.parse(JSON.stringify(reference)))).toEqual(reference)
  expect(reference.images).toBe(100)
  expect(referenceOf([])).toBeNull()
})

it('tells the share of the training pictures below a value', () => {
  const random = createRandom(5, 'place')
  const values = Array.from({ length: 400 }, () => 80 + 60 * random.uniform() ** 2)
  const of = referenceOf(values.map((value) => lit(value)))!
  for (const value of [70, 80.5, 90, 111, 139, 150]) {
    const share = values.filter((each) => each < value).length / values.length
    expect(Math.abs(placeOf(of, 'brightness', value) - share)).toBeLessThan(0.03)
  }
  expect(placeOf(of, 'brightness', 0)).toBe(0)
  expect(placeOf(of, 'brightness', 255)).toBe(1)
  expect(placeOf(of, 'contrast', 0)).toBe(0.5)
})

it('finds nothing in pictures like those of training', () => {
  expect(departuresFrom(reference, [lit(100), lit(110), lit(124)])).toEqual([])
  expect(departuresFrom(reference, [])).toEqual([])
})

it('finds what is other in most pictures, and says it', () => {
  const found = departuresFrom(reference, [lit(60), lit(62), lit(110)])
  expect(found).toMatchObject([{ measure: 'brightness', value: 62, outside: 2, of: 3 }])
  expect(departureWords(found[0]!, reference)).toBe('darker (brightness 62, in training 100..120)')
  expect(departuresFrom(reference, [lit(60), lit(110)])).toEqual([])
  expect(
    departuresFrom(reference, [lit(110, { width: 8, aspect: 8 / 3 })]).map((each) => each.measure),
  ).toEqual(['width', 'aspect'])
})

it('is patient where training has one picture alone', () => {
  const one = referenceOf([lit(100)])!
  for (const name of measureNames) {
    const { low, high } = usualRange(one, name)
    expect(low).toBeLessThan(high)
  }
  expect(departuresFrom(one, [lit(108)])).toEqual([])
  expect(departuresFrom(one, [lit(140)])).toHaveLength(1)
})

it('cries wolf seldom: of 400 sets of pictures drawn alike, at most one in a hundred', () => {
  const random = createRandom(9, 'wolf')
  const draw = () => lit(100 + 15 * random.normal(), { contrast: 40 + 6 * random.normal() })
  let alarms = 0
  for (let i = 0; i < 400; i++) {
    const own = referenceOf(Array.from({ length: 20 }, draw))!
    if (departuresFrom(own, Array.from({ length: 5 }, draw)).length > 0) alarms++
  }
  expect(alarms).toBeLessThanOrEqual(4)
})
