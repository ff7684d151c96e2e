/** Scores and maps of GLASS against the reference. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openJudge } from '../../../src/detector/glass/judge.ts'
import type { Networks } from '../../../src/detector/glass/networks.ts'
import { smoothMap } from '../../../src/detector/patches/smoothing.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import { describeWith, goldenDir } from '../../golden-dir.ts'
import { expectClose } from '../../graph/expect-close.ts'
import { readSafetensors, values } from '../../safetensors.ts'
import { bufferNames, goldenShape, parameterNames, stored } from './golden-networks.ts'

describeWith(goldenDir, 'scores and maps of GLASS equal the reference', () => {
  it('patch scores, image scores, maps', async () => {
    const golden = readSafetensors(join(goldenDir, 'glass_infer.safetensors'))
    const networks: Networks = {
      parameters: stored(golden, parameterNames),
      buffers: stored(golden, bufferNames),
    }
    // 32 rows a run, so that the last is filled up.
    const judge = await openJudge(networks, goldenShape, 'probability', { threads: 1 }, 32)
    const scores = await judge.judge(golden.get('features')!.data as Float32Array)
    await judge.close()
    expectClose(scores, values(golden, 'patch_scores'), { atol: 2e-6 }, 'patch scores')

    const [cells, pixels] = [36, 48]
    const size = { width: pixels, height: pixels }
    const [frame, grid] = [fitFrame(size, size, 'stretch'), { rows: 6, cols: 6 }]
    const range = { row: 0, col: 0, ...grid }
    for (const image of [0, 1, 2]) {
      const own = scores.subarray(image * cells, (image + 1) * cells)
      const want = (name: string) =>
        values(golden, name).subarray(image * pixels ** 2, (image + 1) * pixels ** 2)
      expect(Math.max(...own)).toBeCloseTo(values(golden, 'image_scores')[image]!, 5)
      expectClose(smoothMap(own, range, grid, frame, 0).data, want('upsampled'), { atol: 2e-6 }, 'upsampled')
      expectClose(smoothMap(own, range, grid, frame, 4, 'reflect').data, want('maps'), { atol: 2e-6 }, 'map')
    }
  })
})
