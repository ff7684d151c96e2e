/** Pictures are resized as Pillow and torchvision do, byte for byte; noise is Perlin's; neighbours are scikit-learn's. */
import { describe, expect, it } from 'vitest'
import { coresetGreedy } from '../../src/detector/patchcore/coreset.ts'
import type { Image } from '../../src/image/image.ts'
import { prepareImage } from '../../src/image/prepare-image.ts'
import { resizeBilinear, resizeBilinearGrey } from '../../src/image/resize-bilinear.ts'
import { addPerlinNoise } from '../../src/synthesis/perlin.ts'
import { quietTask } from '../../src/task.ts'
import { findNearest } from '../detector/score-graph/find-nearest.ts'
import { expectClose } from '../graph/expect-close.ts'
import { vectors } from './vectors.ts'

const machine = { device: 'cpu', threads: 1 }

describe('resizing equals Pillow byte for byte', () => {
  const { tensors } = vectors('resize')
  const image = (name: string): Image => {
    const { shape, data } = tensors.get(name)!
    return { width: shape[1]!, height: shape[0]!, data: data as Uint8Array }
  }
  const sizes = [...tensors.keys()].filter((name) => /^(rgb|grey)\./.test(name))

  it.each(sizes)('%s', (name) => {
    const want = image(name)
    const got = name.startsWith('grey')
      ? resizeBilinearGrey(image('grey'), want)
      : resizeBilinear(image('picture'), want)
    expect(got.data).toEqual(want.data)
  })

  it('and the fit crop equals torchvision', () => {
    const want = image('crop.24x24')
    expect(prepareImage(image('picture'), want, 'crop').data).toEqual(want.data)
  })
})

it('Perlin noise equals its definition', () => {
  const { want, shape } = vectors('perlin')
  const [height, width] = shape('noise') as [number, number]
  const [rows, cols] = shape('angles').map((corners) => corners - 1) as [number, number]
  const field = new Float64Array(width * height)
  addPerlinNoise(field, { width, height }, { rows, cols }, want('angles'))
  expectClose(field, want('noise'), { atol: 1e-12 })
})

describe('PatchCore', () => {
  const { want, shape } = vectors('neighbours')
  const bank = Float32Array.from(want('bank'))
  const dims = shape('bank')[1]!

  it('finds the nearest rows that scikit-learn finds', async () => {
    const { distance, rows } = await findNearest(bank, dims, Float32Array.from(want('queries')))
    expectClose(distance, want('distance'), { atol: 1e-4 })
    const expected = Array.from(want('index')).flatMap((row) => [
      ...bank.subarray(row * dims, (row + 1) * dims),
    ])
    expectClose(rows, expected, { atol: 1e-6 })
  })

  it('chooses the greedy k-centres', async () => {
    const centres = want('coreset')
    const chosen = await coresetGreedy(bank, dims, centres.length, centres[0]!, machine, quietTask)
    expect([...chosen]).toEqual([...centres])
  })
})
