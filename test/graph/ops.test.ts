/** Every operation against a slow twin, on random shapes. One long file, so that its last test sees that none was left out. */

import { describe, expect, it } from 'vitest'
import { type AnyValue, GraphBuilder, type Value } from '../../src/graph/graph.ts'
import { opTable } from '../../src/graph/op-table.ts'
import { dynamicOps } from '../../src/graph/ops-dynamic.ts'
import * as elementwise from '../../src/graph/ops-elementwise.ts'
import { withGradient } from '../../src/graph/ops-gradient.ts'
import * as image from '../../src/graph/ops-image.ts'
import * as linear from '../../src/graph/ops-linear.ts'
import * as quantising from '../../src/graph/ops-quantise.ts'
import * as reduction from '../../src/graph/ops-reduce.ts'
import * as scattering from '../../src/graph/ops-scatter.ts'
import * as shaping from '../../src/graph/ops-shape.ts'
import * as transformer from '../../src/graph/ops-transformer.ts'
import type { DType, TensorData } from '../../src/graph/tensor.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import fc from '../fast-check.ts'
import type { Naive, NaiveWindow } from './naive.ts'
import * as naive from './naive.ts'
import { runGraph } from './run-graph.ts'

const tested = new Set<string>()
const runs = { numRuns: 12 }

function tensorOf(dtype: DType, { shape, data }: Naive): TensorData {
  if (dtype === 'float32') return { dtype, shape, data: Float32Array.from(data) }
  if (dtype === 'int32') return { dtype, shape, data: Int32Array.from(data) }
  if (dtype === 'int64') return { dtype, shape, data: BigInt64Array.from(data, BigInt) }
  return { dtype, shape, data: Uint8Array.from(data) }
}

/** Exactly representable in float32, so that the twin starts from the same numbers. */
const normals = (random: Random, shape: readonly number[], offset = 0): Naive =>
  naive.fill(shape, () => Math.fround(random.normal() + offset))
const integers = (random: Random, shape: readonly number[], below: number): Naive =>
  naive.fill(shape, () => random.integer(below) - Math.floor(below / 2))

/** Runs the operation under test on inputs of the given types and compares with the twin. */
async function expectTwin(
  name: keyof typeof opTable,
  inputs: readonly (readonly [DType, Naive])[],
  build: (...values: Value<never>[]) => AnyValue,
  twin: Naive,
  tolerance = 1e-5,
): Promise<void> {
  tested.add(name)
  const [got] = await runGraph(
    inputs.map(([dtype, data]) => tensorOf(dtype, data)),
    build,
  )
  expect(got!.shape).toEqual(twin.shape)
  const worst = Math.max(
    0,
    ...twin.data.map((want, i) =>
      Object.is(want, got!.data[i]) ? 0 : Math.abs(got!.data[i]! - want) / (1 + Math.abs(want)),
    ),
  )
  expect(worst).toBeLessThanOrEqual(tolerance)
}

const seeds = fc.integer({ min: 0, max: 2 ** 30 })
const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 0, maxLength: 4 })
/** Two shapes that broadcast: each is the common one with some extents 1 and some leading ones gone. */
const shapePairs = fc
  .tuple(shapes, fc.infiniteStream(fc.boolean()), fc.nat(4), fc.nat(4))
  .map(([common, flips, dropA, dropB]) => {
    const thin = (drop: number) =>
      common.map((extent) => (flips.next().value ? 1 : extent)).slice(Math.min(drop, common.length))
    return [thin(dropA), thin(dropB)] as const
  })

const check = (body: (random: Random, shape: number[]) => Promise<void>) => () =>
  fc.assert(
    fc.asyncProperty(seeds, shapes, (seed, shape) => body(createRandom(seed), shape)),
    runs,
  )

describe('operations on elements', () => {
  const unary: readonly (readonly [
    keyof typeof opTable,
    (x: Value) => Value,
    (x: number) => number,
    number,
  ])[] = [
    ['neg', elementwise.neg, (x) => -x, 0],
    ['abs', elementwise.abs, Math.abs, 0],
    ['sign', elementwise.sign, Math.sign, 0],
    ['floor', elementwise.floor, Math.floor, 0],
    ['round', elementwise.round, Math.round, 0.1], // no halves among them
    ['exp', elementwise.exp, Math.exp, 0],
    ['log', elementwise.log, Math.log, 6],
    ['sqrt', elementwise.sqrt, Math.sqrt, 6],
    ['tanh', elementwise.tanh, Math.tanh, 0],
    ['atan', elementwise.atan, Math.atan, 0],
    ['relu', elementwise.relu, (x) => Math.max(0, x), 0],
    ['sigmoid', elementwise.sigmoid, (x) => 1 / (1 + Math.exp(-x)), 0],
    ['softplus', elementwise.softplus, (x) => Math.log1p(Math.exp(x)), 0],
    ['leakyRelu', (x) => elementwise.leakyRelu(x, 0.25), (x) => (x < 0 ? 0.25 * x : x), 0],
    ['clip', (x) => elementwise.clip(x, { min: -0.5, max: 1 }), (x) => Math.min(1, Math.max(-0.5, x)), 0],
    ['clip', (x) => elementwise.clip(x, { max: 0.5 }), (x) => Math.min(0.5, x), 0],
    ['mul', elementwise.silu, (x) => x / (1 + Math.exp(-x)), 0],
  ]
  it.each(unary)('%s', (name, build, twin, offset) =>
    check(async (random, shape) => {
      const x = normals(random, shape, offset)
      await expectTwin(name, [['float32', x]], build, naive.zip(twin, x))
    })(),
  )

  const binary: readonly (readonly [
    keyof typeof opTable,
    (a: Value<never>, b: Value<never>) => AnyValue,
    (a: number, b: number) => number,
    DType[],
  ])[] = [
    ['add', elementwise.add, (a, b) => a + b, ['float32', 'int32', 'int64']],
    ['sub', elementwise.sub, (a, b) => a - b, ['float32', 'int32', 'int64']],
    ['mul', elementwise.mul, (a, b) => a * b, ['float32', 'int32', 'int64']],
    ['div', elementwise.div, (a, b) => a / b, ['float32']],
    ['pow', elementwise.pow, (a, b) => a ** b, []],
    ['minimum', elementwise.minimum, Math.min, ['float32', 'int32', 'int64']],
    ['maximum', elementwise.maximum, Math.max, ['float32', 'int32', 'int64']],
    ['less', elementwise.less, (a, b) => Number(a < b), ['float32', 'int32', 'int64']],
    ['lessOrEqual', elementwise.lessOrEqual, (a, b) => Number(a <= b), ['float32', 'int32', 'int64']],
    ['greater', elementwise.greater, (a, b) => Number(a > b), ['float32', 'int32', 'int64']],
    ['greaterOrEqual', elementwise.greaterOrEqual, (a, b) => Number(a >= b), ['float32', 'int32', 'int64']],
    ['equal', elementwise.equal, (a, b) => Number(a === b), ['float32', 'int32', 'int64', 'bool']],
    ['and', elementwise.logicalAnd, (a, b) => a & b, ['bool']],
    ['or', elementwise.logicalOr, (a, b) => a | b, ['bool']],
  ]
  it.each(binary)('%s, broadcasting', (name, build, twin, dtypes) =>
    fc.assert(
      fc.asyncProperty(seeds, shapePairs, async (seed, [shapeA, shapeB]) => {
        const random = createRandom(seed)
        for (const dtype of dtypes) {
          const values = (shape: readonly number[]) =>
            dtype === 'bool'
              ? naive.fill(shape, () => random.integer(2))
              : naive.fill(shape, () => random.integer(9) - 4 || 3) // never 0, often equal
          const [a, b] = [values(shapeA), values(shapeB)]
          await expectTwin(
            name,
            [
              [dtype, a],
              [dtype, b],
            ],
            build,
            naive.zip(twin, a, b),
          )
        }
      }),
      { numRuns: 6 },
    ),
  )

  it(
    'pow of positive numbers, and operands that are numbers',
    check(async (random, shape) => {
      const x = normals(random, shape, 6)
      await expectTwin(
        'pow',
        [['float32', x]],
        (v) => elementwise.pow(v, 1.5),
        naive.zip((a) => a ** 1.5, x),
      )
      await expectTwin(
        'sub',
        [['float32', x]],
        (v) => elementwise.sub(2, v),
        naive.zip((a) => 2 - a, x),
      )
      await expectTwin(
        'div',
        [['float32', x]],
        (v) => elementwise.div(2, v),
        naive.zip((a) => 2 / a, x),
      )
    }),
  )

  it('div of integers goes towards zero', async () => {
    const [a, b] = [
      { shape: [4], data: [7, -7, 7, -7] },
      { shape: [4], data: [2, 2, -2, -2] },
    ]
    const twin = naive.zip((x, y) => Math.trunc(x / y), a, b)
    await expectTwin(
      'div',
      [
        ['int32', a],
        ['int32', b],
      ],
      elementwise.div,
      twin,
    )
  })

  it(
    'where, not and cast',
    check(async (random, shape) => {
      const condition = naive.fill(shape, () => random.integer(2))
      const [a, b] = [normals(random, shape), normals(random, shape.slice(1))]
      const twin = naive.zip((c, x, y) => (c === 1 ? x : y), condition, a, b)
      await expectTwin(
        'where',
        [
          ['bool', condition],
          ['float32', a],
          ['float32', b],
        ],
        elementwise.where,
        twin,
      )
      await expectTwin(
        'where',
        [
          ['bool', condition],
          ['float32', a],
        ],
        (c, x) => elementwise.where(c, x, -1),
        naive.zip((c, x) => (c === 1 ? x : -1), condition, a),
      )
      await expectTwin(
        'not',
        [['bool', condition]],
        elementwise.logicalNot,
        naive.zip((c) => 1 - c, condition),
      )
      const byDozens = naive.zip((x) => Math.fround(x * 12), a)
      await expectTwin(
        'cast',
        [['float32', byDozens]],
        (x) => elementwise.cast(x, 'int64'),
        naive.zip((x) => Math.trunc(x) + 0, byDozens),
      )
      await expectTwin('cast', [['bool', condition]], (x) => elementwise.cast(x, 'float32'), condition)
    }),
  )
})

describe('operations on shapes', () => {
  it(
    'reshape and transpose',
    check(async (random, shape) => {
      const x = normals(random, shape)
      await expectTwin('reshape', [['float32', x]], (v) => shaping.reshape(v, [1, -1]), {
        shape: [1, naive.size(shape)],
        data: x.data,
      })
      const order = random.shuffleInPlace(shape.map((_, i) => i))
      const twin = naive.fill(
        order.map((axis) => shape[axis]!),
        (index) => {
          const source = shape.map(() => 0)
          for (const [i, axis] of order.entries()) source[axis] = index[i]!
          return naive.at(x, source)
        },
      )
      await expectTwin('transpose', [['float32', x]], (v) => shaping.transpose(v, order), twin)
    }),
  )

  it(
    'concat and slice',
    check(async (random, rest) => {
      const axis = random.integer(rest.length + 1)
      const part = () => normals(random, rest.toSpliced(axis, 0, 1 + random.integer(3)))
      const parts = [part(), part(), part()]
      const total = parts.reduce((sum, { shape }) => sum + shape[axis]!, 0)
      const joined = naive.fill(rest.toSpliced(axis, 0, total), (index) => {
        let i = index[axis]!
        for (const each of parts) {
          if (i < each.shape[axis]!) return naive.at(each, index.toSpliced(axis, 1, i))
          i -= each.shape[axis]!
        }
        return Number.NaN
      })
      await expectTwin(
        'concat',
        parts.map((each) => ['float32', each] as const),
        (...values) => shaping.concat(values, axis - rest.length - 1),
        joined,
      )
      const start = random.integer(total)
      const end = start + 1 + random.integer(total - start)
      const step = 1 + random.integer(2)
      const sliced = naive.fill(rest.toSpliced(axis, 0, Math.ceil((end - start) / step)), (index) =>
        naive.at(joined, index.with(axis, start + index[axis]! * step)),
      )
      await expectTwin(
        'slice',
        [['float32', joined]],
        (v) => shaping.slice(v, { axis, start: start - total, end, step }),
        sliced,
      )
    }),
  )

  it(
    'gather, expand',
    check(async (random, rest) => {
      const axis = random.integer(rest.length + 1)
      const x = normals(random, rest.toSpliced(axis, 0, 5))
      const chosen = naive.fill([2, 3], () => random.integer(5))
      const twin = naive.fill(rest.toSpliced(axis, 0, 2, 3), (index) =>
        naive.at(x, index.toSpliced(axis, 2, naive.at(chosen, index.slice(axis, axis + 2)))),
      )
      await expectTwin(
        'gather',
        [
          ['float32', x],
          ['int64', chosen],
        ],
        (v, i) => shaping.gather(v, i, axis),
        twin,
      )
      const thin = normals(
        random,
        rest.map((extent, i) => (i % 2 === 0 ? 1 : extent)),
      )
      const wide = [2, ...rest]
      await expectTwin(
        'expand',
        [['float32', thin]],
        (v) => shaping.expand(v, wide),
        naive.fill(wide, (index) => naive.atBroadcast(thin, index)),
      )
    }),
  )

  it(
    'pad in all modes',
    check(async (random, rest) => {
      const shape = [2, 3, ...rest.slice(0, 2).map((extent) => extent + 1)]
      const x = normals(random, shape)
      const amounts = () => shape.map((extent) => random.integer(extent))
      const [before, after] = [amounts(), amounts()]
      const within = {
        constant: (i: number) => i,
        edge: (i: number, extent: number) => Math.min(Math.max(i, 0), extent - 1),
        reflect: (i: number, extent: number) => (i < 0 ? -i : i >= extent ? 2 * (extent - 1) - i : i),
      }
      for (const mode of ['constant', 'reflect', 'edge'] as const) {
        const twin = naive.fill(
          shape.map((extent, i) => before[i]! + extent + after[i]!),
          (index) =>
            naive.at(
              x,
              index.map((i, axis) => within[mode](i - before[axis]!, shape[axis]!)),
              7,
            ),
        )
        await expectTwin('pad', [['float32', x]], (v) => shaping.pad(v, before, after, mode, 7), twin)
      }
    }),
  )
})

describe('reductions', () => {
  const folds = [
    ['reduceSum', reduction.reduceSum, (values: number[]) => values.reduce((a, b) => a + b, 0)],
    [
      'reduceMean',
      reduction.reduceMean,
      (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length,
    ],
    ['reduceMax', reduction.reduceMax, (values: number[]) => Math.max(...values)],
    ['reduceMin', reduction.reduceMin, (values: number[]) => Math.min(...values)],
  ] as const
  it.each(folds)('%s', (name, build, fold) =>
    check(async (random, shape) => {
      const x = normals(random, shape)
      const axes = shape.map((_, i) => i).filter(() => random.integer(2) === 1)
      for (const keepDims of [false, true]) {
        const twin = naive.reduce(x, axes, keepDims, fold)
        await expectTwin(
          name,
          [['float32', x]],
          (v) =>
            build(
              v,
              axes.map((axis) => axis - shape.length),
              keepDims,
            ),
          twin,
        )
      }
    })(),
  )

  it(
    'argMax, argMin and topK take the first of equals',
    check(async (random, rest) => {
      const axis = random.integer(rest.length + 1)
      const extent = 2 + random.integer(5)
      const x = integers(random, rest.toSpliced(axis, 0, extent), 4)
      const argOf = (best: (...values: number[]) => number) =>
        naive.reduce(x, [axis], false, (values) => values.indexOf(best(...values)))
      await expectTwin('argMax', [['float32', x]], (v) => reduction.argMax(v, axis), argOf(Math.max))
      await expectTwin('argMin', [['float32', x]], (v) => reduction.argMin(v, axis), argOf(Math.min))
      for (const largest of [true, false]) {
        const ranked = (rank: number) =>
          naive.reduce(x, [axis], true, (values) => {
            const order = values
              .map((_, i) => i)
              .sort((a, b) => (largest ? values[b]! - values[a]! : values[a]! - values[b]!) || a - b)
            return order[rank]!
          })
        const top = [ranked(0), ranked(1)]
        const twin = naive.fill(rest.toSpliced(axis, 0, 2), (index) =>
          naive.at(top[index[axis]!]!, index.with(axis, 0)),
        )
        await expectTwin(
          'topK',
          [['float32', x]],
          (v) => reduction.topK(v, 2, { axis, largest }).indices,
          twin,
        )
        const values = naive.fill(twin.shape, (index) => naive.at(x, index.with(axis, naive.at(twin, index))))
        await expectTwin(
          'topK',
          [['float32', x]],
          (v) => reduction.topK(v, 2, { axis, largest }).values,
          values,
        )
      }
    }),
  )
})

describe('products', () => {
  it('matmul, with leading axes that broadcast', () =>
    fc.assert(
      fc.asyncProperty(
        seeds,
        shapePairs,
        fc.tuple(
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 5 }),
          fc.integer({ min: 1, max: 5 }),
        ),
        async (seed, [leadA, leadB], [rows, inner, cols]) => {
          const random = createRandom(seed)
          const a = normals(random, [...leadA.slice(-2), rows, inner])
          const b = normals(random, [...leadB.slice(-2), inner, cols])
          await expectTwin(
            'matmul',
            [
              ['float32', a],
              ['float32', b],
            ],
            linear.matmul,
            naive.matmul(a, b),
          )
        },
      ),
      runs,
    ))

  it(
    'gemm, transposed and not, with and without c',
    check(async (random) => {
      const [rows, inner, cols] = [1 + random.integer(5), 1 + random.integer(5), 1 + random.integer(5)]
      const flip = ({ shape, data }: Naive) =>
        naive.fill([shape[1]!, shape[0]!], ([i, j]) => data[j! * shape[1]! + i!]!)
      const [a, b, c] = [
        normals(random, [rows, inner]),
        normals(random, [inner, cols]),
        normals(random, random.integer(2) === 1 ? [cols] : [rows, 1]),
      ]
      const product = naive.matmul(a, b)
      const twin = naive.zip((p, q) => 0.5 * p + 2 * q, product, c)
      for (const transA of [false, true]) {
        for (const transB of [false, true]) {
          const inputs = [
            ['float32', transA ? flip(a) : a],
            ['float32', transB ? flip(b) : b],
          ] as const
          await expectTwin('gemm', inputs, (x, y) => linear.gemm(x!, y!, { transA, transB }), product)
          await expectTwin(
            'gemm',
            [...inputs, ['float32', c]],
            (x, y, z) => linear.gemm(x!, y!, { transA, transB, alpha: 0.5, beta: 2, c: z! }),
            twin,
          )
        }
      }
    }),
  )
})

/** A window that fits into rows and cols at least once; padding below the kernel's extent. */
function randomWindow(random: Random, dilated: boolean): NaiveWindow {
  const kernel = [1 + random.integer(3), 1 + random.integer(3)] as const
  const side = (axis: 0 | 1) => random.integer(kernel[axis])
  return {
    kernel,
    stride: [1 + random.integer(3), 1 + random.integer(3)],
    padding: [side(0), side(1), side(0), side(1)],
    dilation: dilated ? [1 + random.integer(2), 1 + random.integer(2)] : [1, 1],
  }
}

describe('operations on images', () => {
  it(
    'conv2d, with groups, strides, dilations and uneven padding',
    check(async (random) => {
      const window = randomWindow(random, true)
      const groups = 1 + random.integer(3)
      const depth = 1 + random.integer(2)
      const outputs = groups * (1 + random.integer(2))
      const x = normals(random, [2, groups * depth, 5 + random.integer(3), 5 + random.integer(3)])
      const w = normals(random, [outputs, depth, ...window.kernel])
      const b = normals(random, [outputs])
      const { stride, padding, dilation } = window
      const options = { stride, padding, dilation, groups }
      const inputs = [
        ['float32', x],
        ['float32', w],
      ] as const
      await expectTwin(
        'conv2d',
        inputs,
        (v, k) => linear.conv2d(v!, k!, options),
        naive.conv2d(x, w, null, window, groups),
      )
      await expectTwin(
        'conv2d',
        [...inputs, ['float32', b]],
        (v, k, bias) => linear.conv2d(v!, k!, { ...options, bias: bias! }),
        naive.conv2d(x, w, b, window, groups),
      )
    }),
  )

  it(
    'maxPool, avgPool counting padding or not, globalAveragePool',
    check(async (random) => {
      const window = randomWindow(random, false)
      const { kernel, stride, padding } = window
      const x = normals(random, [2, 2, 4 + random.integer(4), 4 + random.integer(4)])
      const input = [['float32', x]] as const
      const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)
      await expectTwin(
        'maxPool',
        input,
        (v) => image.maxPool(v, kernel, { stride, padding }),
        naive.pool(x, window, (inside) => Math.max(...inside)),
      )
      await expectTwin(
        'avgPool',
        input,
        (v) => image.avgPool(v, kernel, { stride, padding }),
        naive.pool(x, window, (inside, outside) => sum(inside) / (inside.length + outside)),
      )
      await expectTwin(
        'avgPool',
        input,
        (v) => image.avgPool(v, kernel, { stride, padding, countIncludePad: false }),
        naive.pool(x, window, (inside) => sum(inside) / inside.length),
      )
      await expectTwin(
        'globalAveragePool',
        input,
        image.globalAveragePool,
        naive.reduce(x, [2, 3], true, (values) => sum(values) / values.length),
      )
    }),
  )

  it(
    'resize, growing and shrinking',
    check(async (random) => {
      const extent = () => 1 + random.integer(7)
      const x = normals(random, [2, 2, extent(), extent()])
      const [rows, cols] = [extent(), extent()]
      for (const mode of ['bilinear', 'nearest'] as const) {
        await expectTwin(
          'resize',
          [['float32', x]],
          (v) => image.resize(v, rows, cols, mode),
          naive.resize(x, rows, cols, mode),
        )
      }
    }),
  )
})

describe('operations that serve differentiation', () => {
  it(
    'split, gatherElements, scatterElements and scatterRows',
    check(async (random, rest) => {
      const axis = random.integer(rest.length + 1)
      const x = normals(random, rest.toSpliced(axis, 0, 4))
      const part = naive.fill(rest.toSpliced(axis, 0, 3), (index) =>
        naive.at(x, index.with(axis, index[axis]! + 1)),
      )
      await expectTwin('split', [['float32', x]], (v) => shaping.split(v, axis, [1, 3])[1]!, part)

      const positions = naive.fill(rest.toSpliced(axis, 0, 6), () => random.integer(4))
      const read = naive.fill(positions.shape, (index) =>
        naive.at(x, index.with(axis, naive.at(positions, index))),
      )
      await expectTwin(
        'gatherElements',
        [
          ['float32', x],
          ['int64', positions],
        ],
        (v, i) => scattering.gatherElements(v!, i!, axis),
        read,
      )
      const updates = normals(random, positions.shape)
      const added = naive.fill(x.shape, (index) => {
        let sum = naive.at(x, index)
        for (let i = 0; i < 6; i++) {
          const from = index.with(axis, i)
          if (naive.at(positions, from) === index[axis]) sum += naive.at(updates, from)
        }
        return sum
      })
      await expectTwin(
        'scatterElements',
        [
          ['float32', x],
          ['int64', positions],
          ['float32', updates],
        ],
        (v, i, u) => scattering.scatterElements(v!, i!, u!, axis),
        added,
      )

      const rows = naive.fill([5, 1], () => random.integer(3))
      const [base, more] = [normals(random, [3, ...rest]), normals(random, [5, ...rest])]
      const summed = naive.fill(base.shape, ([row, ...others]) =>
        rows.data.reduce(
          (sum, at, i) => (at === row ? sum + naive.at(more, [i, ...others]) : sum),
          naive.at(base, [row!, ...others]),
        ),
      )
      await expectTwin(
        'scatterRows',
        [
          ['float32', base],
          ['int64', rows],
          ['float32', more],
        ],
        (v, i, u) => scattering.scatterRows(v!, i!, u!),
        summed,
      )
    }),
  )

  it(
    'withGradient changes nothing',
    check(async (random, shape) => {
      const x = normals(random, shape)
      await expectTwin('withGradient', [['float32', x]], (v) => withGradient(v, [v], () => []), x)
    }),
  )

  it('two transposes in a row become one or none, and so do reshapes', async () => {
    const graph = new GraphBuilder('peephole')
    const x = graph.input('x', 'float32', [2, 3, 4])
    const turned = shaping.transpose(x, [2, 0, 1])
    expect(shaping.transpose(turned, [1, 2, 0])).toBe(x)
    expect(shaping.reshape(shaping.reshape(x, [6, 4]), [2, 3, 4])).toBe(x)
    const twice = shaping.transpose(turned, [1, 0, 2])
    expect(twice).toMatchObject({ shape: [2, 4, 3], node: { inputs: [x], attributes: [0, 2, 1] } })
  })
})

/** Maclaurin's series, good to double precision for |x| < 4. */
function erf(x: number): number {
  let [term, sum] = [x, x]
  for (let n = 1; Math.abs(term) > 1e-17; n++) {
    term *= (-x * x) / n
    sum += term / (2 * n + 1)
  }
  return (2 / Math.sqrt(Math.PI)) * sum
}

describe('operations of transformers', () => {
  it(
    'erf and gelu',
    check(async (random, shape) => {
      const x = normals(random, shape)
      await expectTwin('erf', [['float32', x]], (v) => transformer.erf(v), naive.zip(erf, x))
      const smooth = naive.zip((v) => (v / 2) * (1 + erf(v / Math.SQRT2)), x)
      await expectTwin('erf', [['float32', x]], (v) => transformer.gelu(v), smooth)
    }),
  )

  it(
    'softmax along any axis',
    check(async (random, shape) => {
      const extents = [...shape, 3]
      const axis = random.integer(extents.length)
      const x = normals(random, extents)
      const twin = naive.fill(extents, (index) => {
        const along = Array.from({ length: extents[axis]! }, (_, i) => naive.at(x, index.with(axis, i)))
        return Math.exp(naive.at(x, index)) / along.reduce((sum, value) => sum + Math.exp(value), 0)
      })
      await expectTwin('softmax', [['float32', x]], (v) => transformer.softmax(v, axis), twin)
    }),
  )

  it(
    'layerNorm',
    check(async (random, shape) => {
      const width = 5
      const extents = [...shape, width]
      const [x, scale, bias] = [extents, [width], [width]].map((each) => normals(random, each)) as [
        naive.Naive,
        naive.Naive,
        naive.Naive,
      ]
      const twin = naive.fill(extents, (index) => {
        const row = Array.from({ length: width }, (_, i) => naive.at(x, [...index.slice(0, -1), i]))
        const mean = row.reduce((a, b) => a + b, 0) / width
        const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width
        const normal = (naive.at(x, index) - mean) / Math.sqrt(variance + 0.01)
        return normal * scale.data[index.at(-1)!]! + bias.data[index.at(-1)!]!
      })
      await expectTwin(
        'layerNorm',
        [
          ['float32', x],
          ['float32', scale],
          ['float32', bias],
        ],
        (a, b, c) => transformer.layerNorm(a!, b!, c!, 0.01),
        twin,
        1e-4,
      )
    }),
  )

  it('refuse parts of other widths', () => {
    const graph = new GraphBuilder('refused')
    const [x, part] = [graph.input('x', 'float32', [2, 4]), graph.input('part', 'float32', [3])]
    expect(() => transformer.layerNorm(x, part, part, 1e-6)).toThrow(
      'layerNorm: scale: expected shape [4], got [3]',
    )
  })
})

describe('quantisation', () => {
  const steps = { scale: 0.05, zero: 100 }
  const held = (value: number) => Math.min(255, Math.max(0, value))

  it(
    'counts steps, held to a byte',
    check((random, shape) => {
      const x = naive.fill(shape, () => Math.fround(8 * random.normal() + 0.013))
      const twin = naive.fill(shape, (index) => held(Math.round(naive.at(x, index) / 0.05) + 100))
      return expectTwin('quantise', [['float32', x]], (a) => quantising.quantise(a as Value, steps), twin, 1)
    }),
  )

  it(
    'gives what steps stand for',
    check((random, shape) => {
      const q = naive.fill(shape, () => random.integer(256))
      const twin = naive.fill(shape, (index) => (naive.at(q, index) - 100) * 0.05)
      return expectTwin('dequantise', [['uint8', q]], (a) => quantising.dequantise(a!, steps), twin)
    }),
  )

  it('gives each entry of the first axis steps of its own', async () => {
    const codes = { shape: [2, 2], data: [1, -2, 3, -4] }
    const scales = { dtype: 'float32', shape: [2], data: Float32Array.of(0.5, 2) } as const
    await expectTwin('dequantise', [['int32', codes]], (a) => quantising.dequantiseEach(a!, scales), {
      shape: [2, 2],
      data: [0.5, -1, 6, -8],
    })
  })
})

describe('the table of operations', () => {
  it('holds none that was not tested above', () => {
    const elsewhere = Object.keys(dynamicOps) // test/graph/dynamic.test.ts
    expect(Object.keys(opTable).filter((name) => !tested.has(name) && !elsewhere.includes(name))).toEqual([])
    for (const [name, op] of Object.entries(opTable)) expect(op.name).toBe(name)
  })
})
