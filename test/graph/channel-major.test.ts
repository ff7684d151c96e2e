import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { convolveTaps, convolveWindows } from '../../src/graph/channel-major.ts'
import { GraphBuilder, type Value } from '../../src/graph/graph.ts'
import { resize } from '../../src/graph/ops-image.ts'
import { conv2d } from '../../src/graph/ops-linear.ts'
import { transpose } from '../../src/graph/ops-shape.ts'
import { createRandom } from '../../src/math/random.ts'
import fc from '../fast-check.ts'
import { expectClose } from './expect-close.ts'
import { expectGradient, floats } from './expect-gradient.ts'
import { runGraph } from './run-graph.ts'

const exchange = (x: Value): Value => transpose(x, [1, 0, 2, 3])
const runs = { numRuns: 12 }

describe('convolutions of channel-major maps', () => {
  it('over windows equal conv2d, and so do their gradients', () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = createRandom(seed)
        const upTo = (most: number) => 1 + random.integer(most)
        const options = {
          stride: [upTo(3), upTo(3)],
          padding: [random.integer(3), random.integer(3), random.integer(3), random.integer(3)],
          dilation: [upTo(2), upTo(2)],
        } as const
        const x = floats(random, [upTo(3), upTo(2), 5 + upTo(4), 5 + upTo(4)])
        const weight = floats(random, [upTo(4), x.shape[0]!, upTo(3), upTo(3)])
        const [got, want] = await runGraph([x, weight], (v, w) => [
          convolveWindows(v!, w!, options),
          exchange(conv2d(exchange(v!), w!, options)),
        ])
        expect(got!.shape).toEqual(want!.shape)
        expectClose(got!.data, want!.data, { atol: 1e-5 })
        await expectGradient([x, weight], (v, w) => convolveWindows(v!, w!, options))
      }),
      runs,
    ))

  it('over taps equal conv2d, of resized maps too, and so do their gradients', () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), fc.boolean(), async (seed, isResized) => {
        const random = createRandom(seed)
        const upTo = (most: number) => 1 + random.integer(most)
        const x = floats(random, [upTo(4), upTo(2), 2 + upTo(4), 2 + upTo(4)])
        const kernel = [upTo(3), upTo(3)] as const
        const padding = [0, 1, 0, 1].map((axis) => random.integer(kernel[axis]!)) as [
          number,
          number,
          number,
          number,
        ]
        const weight = floats(random, [upTo(3), ...kernel, x.shape[0]!])
        const to = isResized ? ([2 + upTo(9), 2 + upTo(9)] as const) : ([x.shape[2]!, x.shape[3]!] as const)
        const options = { padding, ...(isResized ? { resizeTo: to } : {}) }
        const [got, want] = await runGraph([x, weight], (v, w) => {
          const turned = transpose(w!, [0, 3, 1, 2])
          return [
            convolveTaps(v!, w!, options),
            exchange(conv2d(resize(exchange(v!), ...to), turned, { padding })),
          ]
        })
        expect(got!.shape).toEqual(want!.shape)
        expectClose(got!.data, want!.data, { atol: 1e-5 })
        await expectGradient([x, weight], (v, w) => convolveTaps(v!, w!, options))
      }),
      runs,
    ))

  it('reach past maps smaller than the kernel', async () => {
    const random = createRandom(3)
    const x = floats(random, [2, 1, 1, 2])
    const weight = floats(random, [3, 5, 5, 2])
    const [got, want] = await runGraph([x, weight], (v, w) => [
      convolveTaps(v!, w!, { padding: 2 }),
      exchange(conv2d(exchange(v!), transpose(w!, [0, 3, 1, 2]), { padding: 2 })),
    ])
    expectClose(got!.data, want!.data, { atol: 1e-5 })
    await expectGradient([x, weight], (v, w) => convolveTaps(v!, w!, { padding: 2 }))
  })

  it('take fewer multiplications on large maps: the same to rounding, any extents and padding, and so their gradients', () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), fc.constantFrom(3, 5), async (seed, rows) => {
        const random = createRandom(seed)
        const upTo = (most: number) => 1 + random.integer(most)
        const x = floats(random, [3, 2, 20 + upTo(7), 12 + upTo(4)])
        const kernel = [rows, upTo(4)] as const
        const padding = [0, 1, 0, 1].map((axis) => random.integer(kernel[axis]!)) as [
          number,
          number,
          number,
          number,
        ]
        const windows = floats(random, [64, 3, ...kernel])
        const taps = floats(random, [64, ...kernel, 3])
        const results = await runGraph([x, windows, taps], (v, w, t) =>
          [false, true].flatMap((isPlain) => [
            convolveWindows(v!, w!, { padding, isPlain }),
            convolveTaps(v!, t!, { padding, isPlain }),
          ]),
        )
        const worst = { atol: 2e-4 } // results of up to 60 terms, of magnitude 20
        for (const i of [0, 1]) {
          expect(results[i]!.data).not.toEqual(results[i + 2]!.data)
          expectClose(results[i]!.data, results[i + 2]!.data, worst)
        }
        await expectGradient([x, windows], (v, w) => convolveWindows(v!, w!, { padding }), { directions: 1 })
        await expectGradient([x, taps], (v, w) => convolveTaps(v!, w!, { padding }), { directions: 1 })
      }),
      { numRuns: 4 },
    ))

  it('refuse weights of other channels, in the other layout, and padding as large as the kernel', () => {
    const graph = new GraphBuilder('channels')
    const x = graph.input('x', 'float32', [4, 2, 8, 8])
    const weight = graph.input('w', 'float32', [3, 4, 3, 3])
    expect(() => convolveTaps(x, weight)).toThrow(ShapeError)
    expect(() => convolveTaps(x, weight)).toThrow(
      'convolveTaps: weight: expected shape [outputs, rows, cols, 4], got [3, 4, 3, 3]',
    )
    const taps = transpose(weight, [0, 2, 3, 1])
    expect(() => convolveWindows(x, taps)).toThrow(
      'convolveWindows: weight: expected shape [outputs, 4, rows, cols], got [3, 3, 3, 4]',
    )
    expect(() => convolveTaps(x, taps, { padding: 3 })).toThrow(RangeError)
  })
})
