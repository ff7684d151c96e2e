/** Along how few axes a bank may be searched: as many as it takes, and all where that is no use. */
import { describe, expect, it } from 'vitest'
import { searchAxes } from '../../../src/detector/patchcore/search-axes.ts'
import { squaredDistance } from '../../../src/detector/patches/squared-distance.ts'
import { createRandom } from '../../../src/math/random.ts'

const dims = 160
const machine = { device: 'cpu', threads: 2 }
const bankRows = 3000
const otherRows = 1500

/** Rows that vary along `along` of 160 mixed directions, and a little along all. */
function patches(along: number) {
  const random = createRandom(1, along)
  const mix = Float32Array.from({ length: along * dims }, () => random.normal() / Math.sqrt(dims))
  const rows = new Float32Array((bankRows + otherRows) * dims)
  for (let i = 0; i < rows.length / dims; i++) {
    const latent = Float32Array.from({ length: along }, () => random.normal())
    for (let d = 0; d < dims; d++) {
      let sum = 0.01 * random.normal() + 5
      for (let l = 0; l < along; l++) sum += latent[l]! * mix[l * dims + d]!
      rows[i * dims + d] = sum
    }
  }
  return { rows, bank: rows.slice(0, bankRows * dims) }
}

const others = Array.from({ length: otherRows }, (_, i) => bankRows + i)
const find = (rows: Float32Array, bank: Float32Array, from = others) =>
  searchAxes(bank, rows, from, dims, createRandom(0), machine)

describe('the axes of a search', () => {
  it('are few where patches vary along few, and the nearest is near along them', async () => {
    const { rows, bank } = patches(12)
    const axes = (await find(rows, bank))!
    expect(axes).toHaveLength(64 * dims)
    const along = (row: number): Float32Array =>
      Float32Array.from({ length: 64 }, (_, i) => {
        let sum = 0
        for (let d = 0; d < dims; d++) sum += axes[i * dims + d]! * rows[row * dims + d]!
        return sum
      })
    const short = new Float32Array(bankRows * 64)
    for (let row = 0; row < bankRows; row++) short.set(along(row), row * 64)
    for (const query of others.slice(0, 20)) {
      const whole = Float64Array.from({ length: bankRows }, (_, b) =>
        squaredDistance(rows, query, bank, b, dims),
      )
      const few = Float64Array.from({ length: bankRows }, (_, b) =>
        squaredDistance(along(query), 0, short, b, 64),
      )
      const nearest = whole.indexOf(Math.min(...whole))
      expect(few.filter((value) => value < few[nearest]!).length).toBeLessThan(8)
    }
  })

  it('are none where patches vary along all, and where the bank is small or nobody is left to try it', async () => {
    const { rows, bank } = patches(160)
    expect(await find(rows, bank)).toBeNull()
    const flat = patches(12)
    expect(await find(flat.rows, flat.bank.slice(0, 1000 * dims))).toBeNull()
    expect(await find(flat.rows, flat.bank, others.slice(0, 100))).toBeNull()
  })

  it('are the same from the same seed', async () => {
    const { rows, bank } = patches(12)
    expect(await find(rows, bank)).toEqual(await find(rows, bank))
  })
})
