/** Preparation inside a graph gives the bytes of preparation outside, for any picture, known size or not. */
import { describe, expect, it } from 'vitest'
import { resizePicture } from '../../src/export/camera-resize.ts'
import {
  cast,
  dynamicExtent,
  foldConstants,
  GraphBuilder,
  openSession,
  shapeOf,
  slice,
  tensor,
} from '../../src/graph/index.ts'
import type { Fit, Image, Size } from '../../src/image/image.ts'
import { prepareImage } from '../../src/image/prepare-image.ts'
import { createRandom } from '../../src/math/random.ts'

function randomPicture({ width, height }: Size, seed: number, channels = 3): Image {
  const random = createRandom(seed)
  return {
    width,
    height,
    data: Uint8Array.from({ length: width * height * channels }, () => random.integer(256)),
  }
}

function cameraGraph(camera: Size | null, channels: 1 | 3, size: Size, fit: Fit): GraphBuilder {
  const graph = new GraphBuilder('camera')
  const [height, width] =
    camera === null ? [dynamicExtent('H'), dynamicExtent('W')] : [camera.height, camera.width]
  const image = graph.input('image', 'uint8', [dynamicExtent('N'), height, width, channels])
  const known = (value: number) => graph.constant(Float64Array.of(value), [1])
  const read = (i: number) => slice(cast(shapeOf(image, 1, 3), 'float64'), { axis: 0, start: i, end: i + 1 })
  const [heightValue, widthValue] = camera === null ? [read(0), read(1)] : [known(height), known(width)]
  const { pixels, frame } = resizePicture(
    image,
    { height, width, heightValue, widthValue },
    channels,
    size,
    fit,
  )
  graph.output('pixels', pixels)
  graph.output('content', frame.content)
  return graph
}

async function run(graph: GraphBuilder, picture: Image, channels = 3) {
  const session = await openSession(graph.build({ operatorSet: 18 }), { threads: 2 })
  try {
    const { width, height, data } = picture
    const twice = new Uint8Array(2 * data.length)
    twice.set(data)
    twice.set(data, data.length)
    const image = tensor(twice, [2, height, width, channels])
    const { pixels, content } = await session.run({ image })
    const half = pixels!.data.length / 2
    expect(pixels!.data.slice(half)).toEqual(pixels!.data.slice(0, half))
    return {
      pixels: Uint8Array.from(pixels!.data.slice(0, half) as Float32Array),
      content: [...(content!.data as Float64Array)],
    }
  } finally {
    await session.close()
  }
}

const size = { width: 40, height: 24 }
const pictures: readonly Size[] = [
  { width: 161, height: 97 },
  { width: 40, height: 24 },
  { width: 300, height: 20 }, // padded above and below
  { width: 9, height: 200 }, // padded left and right
  { width: 2, height: 1 },
  { width: 1, height: 1 },
  { width: 900, height: 2 },
  { width: 33, height: 18 }, // enlarged
]

describe('preparation inside a graph', () => {
  it.each(['pad', 'stretch', 'crop'] as const)(
    'gives the bytes of prepareImage, of any size: %s',
    async (fit) => {
      const graph = cameraGraph(null, 3, size, fit)
      for (const [i, each] of pictures.entries()) {
        if (fit === 'crop' && Math.min(each.width, each.height) < 2) continue // nothing to cover with
        const picture = randomPicture(each, i)
        const expected = prepareImage(picture, size, fit)
        const { x, y, width, height } = expected.frame.content
        const found = await run(graph, picture)
        expect(found.content).toEqual([x, y, width, height])
        expect(found.pixels).toEqual(expected.data)
      }
    },
  )

  it.each(pictures.slice(0, 5))(
    'does so for a size fixed beforehand, with nothing left to work out: %o',
    async (camera) => {
      const folded = await foldConstants(cameraGraph(camera, 3, size, 'pad'), { threads: 1 })
      const picture = randomPicture(camera, 11)
      const found = await run(folded, picture)
      expect(found.pixels).toEqual(prepareImage(picture, size, 'pad').data)
      const text = Buffer.from(folded.build().bytes).toString('latin1')
      expect(text).not.toMatch(/Range|Floor.*Div/)
    },
  )

  it('takes one channel', async () => {
    const picture = randomPicture({ width: 70, height: 30 }, 5, 1)
    const rgb = {
      ...picture,
      data: Uint8Array.from({ length: 3 * 70 * 30 }, (_, i) => picture.data[Math.floor(i / 3)]!),
    }
    const found = await run(cameraGraph(null, 1, size, 'pad'), picture, 1)
    expect(found.pixels).toEqual(prepareImage(rgb, size, 'pad').data)
  })

  it('is exact where sums are largest: all white, all black', async () => {
    for (const value of [0, 255]) {
      const picture = { width: 1000, height: 700, data: new Uint8Array(3 * 1000 * 700).fill(value) }
      const found = await run(cameraGraph(null, 3, size, 'pad'), picture)
      expect(found.pixels.every((byte) => byte === value)).toBe(true)
    }
  })
})
