import { describe, expect, it } from 'vitest'
import type { FeatureMap } from '../../src/backbone/backbone.ts'
import { filterbank } from '../../src/backbone/filterbank.ts'
import { openBackbone } from '../../src/backbone/open-backbone.ts'
import type { PreparedImage } from '../../src/image/image.ts'

const side = 96
const stages = ['scale1', 'scale2', 'scale3']

type Colour = readonly [number, number, number]

/** @param colour - Of the pixel in that column and row, 0..255. */
function painted(colour: (x: number, y: number) => Colour, width = side, height = side): PreparedImage {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colour(x, y), (y * width + x) * 3)
  }
  const whole = { x: 0, y: 0, width, height }
  return {
    width,
    height,
    data,
    frame: { source: whole, size: { width, height }, visible: whole, content: whole },
  }
}

const grey = (level: number): Colour => [level, level, level]

/** A wave of light that runs at an angle (0: along the rows), `length` pixels from crest to crest. */
const grating = (angle: number, length: number, contrast: number, shift = 0) =>
  painted((x, y) =>
    grey(
      Math.round(
        128 +
          contrast * Math.cos((2 * Math.PI * ((x - shift) * Math.cos(angle) + y * Math.sin(angle))) / length),
      ),
    ),
  )

async function extract(...images: readonly PreparedImage[]): Promise<readonly (readonly FeatureMap[])[]> {
  const { width, height } = images[0]!
  const backbone = await openBackbone({
    id: 'filterbank',
    weights: null,
    weightsId: 'embedded',
    stages,
    size: { width, height },
    batch: 2,
  })
  try {
    return (await backbone.extract(images)).map(({ maps }) => maps)
  } finally {
    await backbone.close()
  }
}

const cell = ({ channels, rows, cols, data }: FeatureMap, row: number, col: number): number[] =>
  Array.from({ length: channels }, (_, c) => data[(c * rows + row) * cols + col]!)

const middle = (map: FeatureMap): number[] => cell(map, map.rows >> 1, map.cols >> 1)

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((value, i) => value - b[i]!))

/** Of one level: 8 orientations on luminance, centre-surround, 4 orientations on each of two colour axes. */
const levelSize = 17

describe('the filter bank', () => {
  it('makes the same numbers each time, and goes by their hash', async () => {
    const [one, two] = [filterbank.embedded!(), filterbank.embedded!()]
    expect(one.id).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(two.id).toBe(one.id)
    const options = {
      id: 'filterbank',
      weights: null,
      weightsId: 'embedded',
      stages,
      size: { width: 64, height: 64 },
    }
    const backbone = await openBackbone(options)
    expect(backbone.weights).toBe(one.id)
    await backbone.close()
  })

  it('gives its stages the extents and channels it says', async () => {
    for (const [width, height] of [
      [96, 64],
      [33, 32],
      [70, 45],
    ] as const) {
      const [maps] = await extract(painted(() => grey(100), width, height))
      for (const [i, { name, channels, stride }] of filterbank.stages.entries()) {
        const { stage, channels: got, rows, cols, data } = maps![i]!
        expect([stage, got, rows, cols]).toEqual([
          name,
          channels,
          Math.ceil(height / stride),
          Math.ceil(width / stride),
        ])
        expect(data.length).toBe(channels * rows * cols)
      }
    }
  })

  it('sees nothing but colour where nothing is, up to the border', async () => {
    const [maps] = await extract(painted(() => [200, 100, 50]))
    for (const { channels, rows, cols, data } of maps!) {
      const structure = data.subarray(0, (channels - 3) * rows * cols)
      expect(Math.max(...structure)).toBeLessThan(0.02)
      const colours = data.subarray((channels - 3) * rows * cols)
      expect(Math.min(...colours)).toBeGreaterThan(0.1)
    }
  })

  it.each([0, 1, 2, 3, 4, 5, 6, 7])('answers most to waves across filter %i', async (orientation) => {
    const [maps] = await extract(grating((Math.PI * orientation) / 8, 4.5, 60))
    const energies = middle(maps![0]!).slice(0, 8)
    expect(energies.indexOf(Math.max(...energies))).toBe(orientation)
  })

  it('answers at the level whose size fits', async () => {
    const results = await extract(...[4.5, 9, 18].map((length) => grating(0, length, 60)))
    for (const [level, maps] of results.entries()) {
      const alongRows = [0, 1, 2].map((i) => middle(maps[0]!)[i * levelSize]! / [2.1, 1.5, 1.1][i]!)
      expect(alongRows.indexOf(Math.max(...alongRows))).toBe(level)
    }
  })

  it('hardly minds phase, contrast and light', async () => {
    const [plain, shifted, faint, other] = await extract(
      grating(0, 9, 60),
      grating(0, 9, 60, 2),
      grating(0, 9, 30),
      grating(Math.PI / 2, 9, 60),
    )
    const structure = (maps: readonly FeatureMap[]) => middle(maps[1]!).slice(0, -3)
    const apart = distance(structure(plain!), structure(other!))
    expect(distance(structure(plain!), structure(shifted!))).toBeLessThan(0.25 * apart)
    expect(distance(structure(plain!), structure(faint!))).toBeLessThan(0.25 * apart)
  })

  it('moves with the image', async () => {
    const texture = (x: number, y: number) =>
      grey(128 + Math.round(50 * Math.sin(x * x * 0.05 + y) + 40 * Math.cos(y * 0.7)))
    const [still, moved] = await extract(
      painted(texture, 256, 256),
      painted((x, y) => texture(x + 16, y), 256, 256),
    )
    for (const [i, { stride }] of filterbank.stages.slice(0, 2).entries()) {
      const steps = 16 / stride
      const [row, col] = [128 / stride, 128 / stride]
      const [here, there] = [cell(still![i]!, row, col + steps), cell(moved![i]!, row, col)]
      expect(distance(here, there)).toBeLessThan(1e-3)
    }
  })

  it('finds a small spot on a texture where it is', async () => {
    const texture = (x: number, y: number) =>
      128 + Math.round(30 * Math.sin(x * 0.9) + 30 * Math.cos(y * 1.1))
    const spot = (x: number, y: number) => (Math.hypot(x - 64, y - 32) < 3 ? 250 : texture(x, y))
    const [clean, spotted] = await extract(
      painted((x, y) => grey(texture(x, y))),
      painted((x, y) => grey(spot(x, y))),
    )
    for (const [i, { stride }] of filterbank.stages.slice(0, 2).entries()) {
      const [a, b] = [clean![i]!, spotted![i]!]
      const change = Array.from({ length: a.rows * a.cols }, (_, at) => {
        const [row, col] = [Math.floor(at / a.cols), at % a.cols]
        return distance(cell(a, row, col), cell(b, row, col))
      })
      const most = change.indexOf(Math.max(...change))
      expect([Math.floor(most / a.cols) * stride, (most % a.cols) * stride]).toEqual([32, 64])
    }
  })

  it('tells colours of equal luminance apart', async () => {
    const [red, green] = await extract(
      painted(() => [150, 60, 90]),
      painted(() => [60, 150, 90]),
    )
    expect(distance(middle(red![1]!), middle(green![1]!))).toBeGreaterThan(1)
  })
})
