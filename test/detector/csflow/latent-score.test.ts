import { expect, it } from 'vitest'
import { contentEnergies, latentScore } from '../../../src/detector/csflow/latent-score.ts'
import { fitFrame } from '../../../src/image/frame.ts'

const scales = [Float32Array.of(1, 2, 3, 6), Float32Array.of(4, 8), Float32Array.of(10)]

it('is half the mean over the cells of all scales', () => {
  expect(latentScore(scales, 1)).toBeCloseTo(34 / 7 / 2, 6)
})

it('takes of each scale the share of the largest, at least one', () => {
  expect(latentScore(scales, 0.5)).toBeCloseTo((3 + 6 + 8 + 10) / 4 / 2, 6)
  expect(latentScore(scales, 0.01)).toBeCloseTo((6 + 8 + 10) / 3 / 2, 6)
})

it('cuts cells to those that show the picture', () => {
  const frame = fitFrame({ width: 10, height: 20 }, { width: 40, height: 40 }, 'pad')
  const energy = Float32Array.from({ length: 16 }, (_, i) => i)
  const { cells, range } = contentEnergies(energy, [4, 4], frame)
  expect(range).toEqual({ row: 0, col: 1, rows: 4, cols: 2 })
  expect([...cells]).toEqual([1, 2, 5, 6, 9, 10, 13, 14])
})
