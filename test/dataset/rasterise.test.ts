import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type DrawnShape, type Point, parseLabelme, readLabelme } from '../../src/dataset/labelme.ts'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import { rasterise } from '../../src/dataset/rasterise.ts'
import { readMask } from '../../src/dataset/read-mask.ts'
import { InputError } from '../../src/errors.ts'
import { encodePng } from '../../src/image/encode-image.ts'
import fc from '../fast-check.ts'
import { dataDir, describeWith } from '../golden-dir.ts'
import { makeTree } from './temporary-tree.ts'

const size = { width: 23, height: 17 }

/** W. R. Franklin's point in polygon, pixel by pixel. */
function isInside(points: readonly Point[], x: number, y: number): boolean {
  let inside = false
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [xi, yi] = points[i]!
    const [xj, yj] = points[j]!
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside
  }
  return inside
}

const whole = fc.integer({ min: -4, max: 28 })
const coordinate = fc.oneof(
  whole,
  whole.map((value) => value + 0.5),
  fc.double({ min: -5, max: 30, noNaN: true }),
)
const point = fc.tuple(coordinate, coordinate)
const polygon = (points: readonly Point[]): DrawnShape => ({ label: 'x', type: 'polygon', points })

describe('rasterise', () => {
  it('equals point in polygon at every pixel centre, self-crossing polygons too', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 9 }), (points) => {
        const { data } = rasterise([polygon(points)], size)
        for (let y = 0; y < size.height; y++) {
          for (let x = 0; x < size.width; x++) {
            if ((data[y * size.width + x] === 1) !== isInside(points, x + 0.5, y + 0.5)) {
              expect.fail(`differs at ${x}, ${y}`)
            }
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  it('draws rectangles like polygons of their corners, and circles by distance', () => {
    fc.assert(
      fc.property(point, point, ([ax, ay], [bx, by]) => {
        const corners: DrawnShape = {
          label: 'x',
          type: 'rectangle',
          corners: [
            [ax, ay],
            [bx, by],
          ],
        }
        const outline: Point[] = [
          [ax, ay],
          [bx, ay],
          [bx, by],
          [ax, by],
        ]
        expect(rasterise([corners], size).data).toEqual(rasterise([polygon(outline)], size).data)

        const radius = Math.hypot(bx - ax, by - ay)
        const { data } = rasterise([{ label: 'x', type: 'circle', centre: [ax, ay], radius }], size)
        for (let i = 0; i < data.length; i++) {
          const distance = Math.hypot((i % size.width) + 0.5 - ax, Math.floor(i / size.width) + 0.5 - ay)
          if (Math.abs(distance - radius) > 1e-9) expect(data[i]).toBe(distance < radius ? 1 : 0)
        }
      }),
    )
  })

  it('joins shapes and draws nothing for none', () => {
    const left = polygon([
      [0, 0],
      [4, 0],
      [4, 4],
      [0, 4],
    ])
    const right = polygon([
      [2, 2],
      [6, 2],
      [6, 6],
      [2, 6],
    ])
    const sum = (shapes: DrawnShape[]): number =>
      rasterise(shapes, size).data.reduce((total, value) => total + value, 0)
    expect([sum([left]), sum([right]), sum([left, right]), sum([])]).toEqual([16, 16, 28, 0])
  })
})

describe('parseLabelme', () => {
  const shape = (type: string, points: unknown): string =>
    JSON.stringify({ shapes: [{ label: 'a', shape_type: type, points }] })

  it.each([
    ['{', 'is no JSON'],
    ['[]', 'is no labelme file: the whole'],
    ['{"shapes": 3}', 'is no labelme file: shapes'],
    [shape('polygon', [[0, 0], [1]]), 'is no labelme file: shapes.0.points.1'],
    [
      shape('polygon', [
        [0, 0],
        [1, null],
      ]),
      'is no labelme file: shapes.0.points.1.1',
    ],
    [
      shape('polygon', [
        [0, 0],
        [1, 1],
      ]),
      'shape 1 (a): expected a polygon of 3 points or more, got 2',
    ],
    [shape('rectangle', [[0, 0]]), 'expected 2 or 4 corners, got 1'],
    [shape('circle', [[0, 0]]), 'expected centre and a point of the circle, got 1 points'],
    [
      shape('spline', [
        [0, 0],
        [1, 1],
        [2, 2],
      ]),
      'expected a polygon, rectangle, circle or mask, got a spline',
    ],
  ])('refuses %s', (text, reason) => {
    expect(() => parseLabelme('x.json', text)).toThrow(reason)
    expect(() => parseLabelme('x.json', text)).toThrow(/^x\.json: /)
    expect(() => parseLabelme('x.json', text)).toThrow(InputError)
  })

  it('takes two or four corners of a rectangle', () => {
    const corners = [
      [1, 2],
      [5, 2],
      [5, 6],
      [1, 6],
    ]
    const four = parseLabelme('x.json', shape('rectangle', corners)).shapes
    expect(four).toEqual(parseLabelme('x.json', shape('rectangle', [corners[0], corners[2]])).shapes)
  })
})

describe('readMask', () => {
  it('reads files and shapes of the size of the image, and refuses others', async () => {
    const root = makeTree({
      'a.png': await encodePng({ width: 2, height: 1, data: Uint8Array.of(255, 0) }),
      'a.json': JSON.stringify({
        imageWidth: 3,
        imageHeight: 2,
        shapes: [
          {
            label: 'a',
            shape_type: 'rectangle',
            points: [
              [0, 0],
              [1, 2],
            ],
          },
        ],
      }),
    })
    const file = { kind: 'file', path: join(root, 'a.png') } as const
    const shapes = { kind: 'labelme', path: join(root, 'a.json') } as const
    expect([...(await readMask(file, { width: 2, height: 1 })).data]).toEqual([1, 0])
    expect([...(await readMask(shapes, { width: 3, height: 2 })).data]).toEqual([1, 0, 0, 1, 0, 0])
    await expect(readMask(file, { width: 1, height: 2 })).rejects.toThrow('a.png: is 2x1, its image is 1x2')
    await expect(readMask(shapes, { width: 2, height: 3 })).rejects.toThrow(
      'a.json: is 3x2, its image is 2x3',
    )
    await expect(readMask({ kind: 'labelme', path: join(root, 'none.json') }, size)).rejects.toThrow(
      InputError,
    )
  })
})

describeWith(join(dataDir, 'bsd'), 'real polygons', () => {
  it('have the area that the shoelace formula gives', async () => {
    const { samples } = await openDataset(join(dataDir, 'bsd'))
    const size = { width: 1130, height: 460 }
    const sample = samples.find(({ id }) => id.includes('01_200902053521_585000_090_crop_2'))!
    const mask = await readMask(sample.mask!, size)
    const area = mask.data.reduce((total, value) => total + value, 0)
    expect(area).toBeGreaterThan(0)
    let wanted = 0
    for (const shape of (await readLabelme(sample.mask!.path)).shapes) {
      if (shape.type !== 'polygon') continue
      wanted += Math.abs(
        shape.points.reduce((sum, [x, y], i) => {
          const [nextX, nextY] = shape.points[(i + 1) % shape.points.length]!
          return sum + (x * nextY - nextX * y) / 2
        }, 0),
      )
    }
    expect(Math.abs(area - wanted) / wanted).toBeLessThan(0.1)
  })
})
