import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { FeatureMap } from '../../../src/backbone/backbone.ts'
import { poolPatches } from '../../../src/detector/glass/pool-patches.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import { describeWith, goldenDir } from '../../golden-dir.ts'
import { expectClose } from '../../graph/expect-close.ts'
import { readSafetensors, values } from '../../safetensors.ts'

describeWith(goldenDir, 'pooled patches equal the reference', () => {
  it.each([
    ['glass_embed', 24, 24],
    ['glass_embed_uneven', 20, 17],
  ])('%s', (file, stageDims, dims) => {
    const golden = readSafetensors(join(goldenDir, `${file}.safetensors`))
    const size = { width: 64, height: 64 }
    const frame = fitFrame(size, size, 'stretch')
    const got = [0, 1].flatMap((image) => {
      const maps = ['layer2', 'layer3'].map((stage): FeatureMap => {
        const { shape, data } = golden.get(stage)!
        const [, channels, rows, cols] = shape as [number, number, number, number]
        const length = channels * rows * cols
        return {
          stage,
          channels,
          rows,
          cols,
          data: (data as Float32Array).slice(image * length, (image + 1) * length),
        }
      })
      const patches = poolPatches({ maps, frame }, { stageDims, dims })
      expect(patches.dims).toBe(dims)
      expect(patches.range).toEqual({ row: 0, col: 0, ...patches.grid })
      return Array.from(patches.data)
    })
    expectClose(got, values(golden, 'patch_features'), { atol: 2e-6 })
  })
})
