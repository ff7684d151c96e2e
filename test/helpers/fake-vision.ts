/** A vision without files and without a network: a picture is the grey level that a test says, on a few pixels. */
import type { ImageRef, Vision } from '../../src/backbone/vision.ts'
import { fitFrame } from '../../src/image/frame.ts'
import type { PreparedImage, Size } from '../../src/image/image.ts'

/** @param greyOf - Grey level of every pixel of a picture, 0..255. Features cannot be had: a detector must go by the picture. */
export function fakeVision(
  greyOf: (path: string) => number = () => 128,
  size: Size = { width: 8, height: 8 },
): Vision {
  const frame = fitFrame(size, size, 'pad')
  const refuse = (): never => {
    throw new Error('this vision has no features')
  }
  const vision: Vision = {
    size,
    fit: 'pad',
    backbone: {
      id: 'fake',
      weights: 'sha256:fake',
      stages: [],
      patchDefaults: { stages: [], stride: 1, neighbourhood: 1, unitLength: false },
    },
    async *images(refs: readonly ImageRef[]) {
      for (const { path } of refs) {
        const data = new Uint8Array(3 * size.width * size.height).fill(greyOf(path))
        const value: PreparedImage = { ...size, data, frame }
        yield { ok: true, path, value } as const
      }
    },
    foreground: async () => null,
    features: refuse,
    extract: refuse,
    scaled: () => vision,
  }
  return vision
}
