import { expect, it } from 'vitest'
import type { ImageFeatures } from '../../../src/backbone/backbone.ts'
import type { Sample } from '../../../src/dataset/sample.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import { chooseExamples, gatherActivations } from '../../../src/run/open/activation-maps.ts'

const sample = (id: string, label: Sample['label'] = 'nominal'): Sample => ({
  id,
  path: `/${id}`,
  label,
  part: null,
  defect: null,
  mask: null,
  foreground: null,
  split: null,
  attributes: {},
})

/** Two channels on 2x2 cells, of a picture that fills the left half or all of the input. */
const features = (values: readonly number[], isHalf = false): ImageFeatures => ({
  frame: fitFrame(
    isHalf ? { width: 32, height: 64 } : { width: 64, height: 64 },
    { width: 64, height: 64 },
    'pad',
  ),
  maps: [
    { stage: 'shallow', channels: 1, rows: 4, cols: 4, data: new Float32Array(16).fill(99) },
    { stage: 'deep', channels: 2, rows: 2, cols: 2, data: Float32Array.from(values) },
  ],
})

it('takes the largest over channels, over the set, and over everything; of nominal images only', () => {
  const samples = [sample('a'), sample('b'), sample('c', 'anomalous')]
  const gatherer = gatherActivations(chooseExamples(samples))
  gatherer.add(samples[0]!, features([1, 2, 3, 4, /**/ 4, 1, -5, 0]))
  gatherer.add(samples[1]!, features([-1, -2, -3, -4, /**/ -2, 7, -1, -9]))
  gatherer.add(samples[2]!, features([50, 50, 50, 50, 50, 50, 50, 50]))
  const maps = gatherer.maps()!
  expect(maps).toMatchObject({ stage: 'deep', channels: 2, images: 2, maximum: 7 })
  expect(maps.examples.map(({ sample: { id }, map }) => [id, ...map.data])).toEqual([
    ['a', 4, 2, 3, 4],
    ['b', -1, 7, -1, -4],
  ])
  expect([...maps.set.data]).toEqual([4, 7, 3, 4])
})

it('leaves out what lies in the padding', () => {
  const gatherer = gatherActivations(chooseExamples([sample('a')]))
  gatherer.add(sample('a'), {
    ...features([]),
    frame: fitFrame({ width: 10, height: 100 }, { width: 100, height: 100 }, 'pad'),
    maps: [{ stage: 's', channels: 1, rows: 1, cols: 5, data: Float32Array.from([9, 9, 1, 9, 9]) }],
  })
  expect([...gatherer.maps()!.set.data]).toEqual([NaN, NaN, 1, NaN, NaN])
  expect(gatherer.maps()!.maximum).toBe(1)
})

it('spreads its examples over the set', () => {
  const samples = Array.from({ length: 60 }, (_, i) => sample(String(i)))
  const gatherer = gatherActivations(chooseExamples(samples))
  for (const each of samples) gatherer.add(each, features([0, 0, 0, 0, 0, 0, 0, 0]))
  expect(gatherer.maps()!.examples.map((each) => each.sample.id)).toEqual(['5', '15', '25', '35', '45', '55'])
})

it('joins what was gathered apart', () => {
  const samples = Array.from({ length: 60 }, (_, i) => sample(String(i)))
  const shown = chooseExamples(samples)
  const whole = gatherActivations(shown)
  const joined = gatherActivations(shown)
  for (let from = 0; from < 60; from += 25) {
    const part = gatherActivations(shown)
    for (let i = from; i < Math.min(60, from + 25); i++) {
      const values = features([i, -i, 3, NaN, /**/ 5, 2 * i, -5, NaN])
      whole.add(samples[i]!, values)
      part.add(samples[i]!, values)
    }
    joined.merge(part.maps()!)
  }
  expect(joined.maps()).toEqual(whole.maps())
})

it('has nothing to show without nominal images', () => {
  expect(gatherActivations(chooseExamples([sample('a', 'anomalous')])).maps()).toBeNull()
})
