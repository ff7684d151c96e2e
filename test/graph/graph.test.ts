import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { GraphBuilder, type Value } from '../../src/graph/graph.ts'
import { add, cast, clip, exp, logicalAnd, mul, neg, where } from '../../src/graph/ops-elementwise.ts'
import { avgPool, maxPool, resize } from '../../src/graph/ops-image.ts'
import { conv2d, gemm, matmul } from '../../src/graph/ops-linear.ts'
import { argMin, reduceMax, reduceSum, topK } from '../../src/graph/ops-reduce.ts'
import { gatherElements, scatterElements, scatterRows } from '../../src/graph/ops-scatter.ts'
import { concat, expand, gather, pad, reshape, slice, split, transpose } from '../../src/graph/ops-shape.ts'
import { type DType, tensor } from '../../src/graph/tensor.ts'
import { numbers, runGraph } from './run-graph.ts'

const graph = new GraphBuilder('mistakes')
let count = 0
/** Of a type that the compiler is not told, so that it lets mistakes through. */
const value = (shape: readonly number[], dtype: DType = 'float32'): Value<never> =>
  graph.input(`in${count++}`, dtype, shape) as Value<never>

describe('mistakes are found while the graph is built', () => {
  const image = value([1, 4, 8, 8])
  const shapeMistakes: readonly (readonly [string, () => unknown, string])[] = [
    ['add', () => add(value([2, 3]), value([2])), 'add: expected shape to broadcast with [2, 3], got [2]'],
    [
      'matmul',
      () => matmul(value([2, 3]), value([4, 5])),
      'matmul: right side: expected shape […, 3, cols] for a left side [2, 3], got [4, 5]',
    ],
    [
      'matmul of vectors',
      () => matmul(value([2]), value([2, 5])),
      'matmul: expected shape […, rows, cols], got [2]',
    ],
    [
      'gemm',
      () => gemm(value([2, 3]), value([3, 5]), { transB: true }),
      'gemm: right side: expected shape [cols, 3] for a left side [2, 3], got [3, 5]',
    ],
    [
      'gemm with c',
      () => gemm(value([2, 3]), value([3, 5]), { c: value([2]) }),
      'gemm: c: expected shape to broadcast with [2, 5], got [2]',
    ],
    [
      'gemm with a large c',
      () => gemm(value([1, 3]), value([3, 5]), { c: value([4, 5]) }),
      'gemm: c: expected shape that grows to [1, 5], got [4, 5]',
    ],
    [
      'conv2d of no image',
      () => conv2d(value([4, 8, 8]), value([2, 4, 3, 3])),
      'conv2d: input: expected shape [images, channels, rows, cols], got [4, 8, 8]',
    ],
    [
      'conv2d channels',
      () => conv2d(image, value([2, 3, 3, 3])),
      'conv2d: weight: expected shape [a multiple of 1, 4, rows, cols] for an input of 4 channels in 1 groups, got [2, 3, 3, 3]',
    ],
    [
      'conv2d bias',
      () => conv2d(image, value([2, 4, 3, 3]), { bias: value([3]) }),
      'conv2d: bias: expected shape [2], got [3]',
    ],
    [
      'conv2d of a small image',
      () => conv2d(image, value([2, 4, 9, 1])),
      'conv2d: expected shape of at least 9 rows with padding, got [8, 8]',
    ],
    [
      'reshape',
      () => reshape(value([2, 3]), [4, 2]),
      'reshape: expected shape of as many elements as [2, 3] has, got [4, 2]',
    ],
    [
      'reshape with a rest',
      () => reshape(value([2, 3]), [4, -1]),
      'reshape: expected shape that divides 6 elements, with one -1 at most, got [4, -1]',
    ],
    [
      'concat',
      () => concat([value([2, 3]), value([3, 3])], 1),
      'concat: expected shape [2, 3] but for axis 1, got [3, 3]',
    ],
    [
      'expand',
      () => expand(value([2, 3]), [1, 3]),
      'expand: expected shape that [2, 3] grows to, got [1, 3]',
    ],
    [
      'split',
      () => split(value([2, 3]), 1, [1, 1]),
      'split: expected shape with 1 + 1 on axis 1, got [2, 3]',
    ],
    [
      'gatherElements',
      () => gatherElements(value([2, 3]), value([3, 3], 'int64'), 1),
      'gatherElements: indices: expected shape within [2, 3] but for axis 1, got [3, 3]',
    ],
    [
      'scatterElements',
      () => scatterElements(value([2, 3]), value([2, 1], 'int64'), value([2, 2]), 1),
      'scatterElements: indices: expected shape [2, 2], got [2, 1]',
    ],
    [
      'scatterRows',
      () => scatterRows(value([2, 3]), value([4, 1], 'int64'), value([4, 2])),
      'scatterRows: updates: expected shape [4, 3], got [4, 2]',
    ],
    [
      'constant',
      () => graph.constant(new Float32Array(5), [2, 3]),
      'tensor: expected shape of 5 elements, got [2, 3]',
    ],
    [
      'input',
      () => graph.input('odd', 'float32', [1.5]),
      'input odd: expected shape of whole numbers from 0, got [1.5]',
    ],
    [
      'maxPool',
      () => maxPool(value([8, 8]), 2),
      'maxPool: expected shape [images, channels, rows, cols], got [8, 8]',
    ],
  ]
  it.each(shapeMistakes)('%s', (_, build, message) => {
    expect(build).toThrow(ShapeError)
    expect(build).toThrow(message)
  })

  const otherMistakes: readonly (readonly [string, () => unknown, string])[] = [
    [
      'types that differ',
      () => add(value([2]), value([2], 'int32')),
      'add: expected inputs of one element type, got float32 [2] and int32 [2]',
    ],
    [
      'a type that the operation has not',
      () => exp(value([2], 'uint8')),
      'exp: expected float32 or float16 or float64, got uint8 [2]',
    ],
    [
      'numbers as conditions',
      () => logicalAnd(value([2]), value([2])),
      'and: expected bool, got float32 [2]',
    ],
    [
      'a condition of numbers',
      () => where(value([2]), 1, 2),
      'where: condition: expected bool, got float32 [2]',
    ],
    ['two numbers', () => mul(1, 2), 'mul: expected a value among the operands, got two numbers'],
    [
      'gather by floats',
      () => gather(value([3]), value([1])),
      'gather: indices: expected int32 or int64, got float32 [1]',
    ],
    [
      'an axis too many',
      () => reduceSum(value([2, 3]), [2]),
      'reduceSum: axis: expected a whole number in -2..1, got 2',
    ],
    ['an axis twice', () => reduceSum(value([2, 3]), [1, -1]), 'reduceSum: expected axes that differ'],
    ['the greatest of none', () => reduceMax(value([0, 3]), [0]), 'reduceMax: extent of axis 0'],
    ['the position of the least of none', () => argMin(value([0, 3]), 0), 'argMin: extent of axis 0'],
    [
      'more than there are',
      () => topK(value([2, 3]), 4),
      'topK: count of [2, 3] along axis 1: expected a whole number in 1..3, got 4',
    ],
    [
      'transpose',
      () => transpose(value([2, 3]), [0, 0]),
      'transpose: expected each axis of 0..1 once, got 0, 0',
    ],
    [
      'slice beyond',
      () => slice(value([3]), { axis: 0, start: 1, end: 4 }),
      'slice of [3] on axis 0: end: expected a whole number in 1..3, got 4',
    ],
    [
      'slice twice',
      () => slice(value([3]), { axis: 0 }, { axis: -1 }),
      'slice: expected ranges of different axes',
    ],
    ['clip', () => clip(value([3]), { min: 1, max: 0 }), 'clip: expected min <= max, got 1 and 0'],
    [
      'pad',
      () => pad(value([3]), [3], [0], 'reflect'),
      'pad (reflect) of [3] on axis 0: expected a whole number in 0..2, got 3',
    ],
    ['pad amounts', () => pad(value([3]), [1, 1], [0]), 'pad: expected 1 amounts for [3], got 2'],
    [
      'stride',
      () => conv2d(image, value([2, 4, 3, 3]), { stride: 0 }),
      'conv2d: stride: expected a whole number',
    ],
    [
      'groups',
      () => conv2d(image, value([2, 4, 3, 3]), { groups: 5 }),
      'conv2d: groups: expected a whole number in 1..4, got 5',
    ],
    [
      'padding',
      () => avgPool(image, 2, { padding: 2 }),
      'avgPool: padding: expected a whole number in 0..1, got 2',
    ],
    ['resize', () => resize(image, 0, 4), 'resize: rows and cols: expected a whole number'],
    ['concat of nothing', () => concat([], 0), 'concat: expected at least one value, got none'],
    [
      'a value of another graph',
      () => add(image, new GraphBuilder('other').scalar(1)),
      'add: a value of graph other was used in graph mistakes',
    ],
    ['a name twice', () => graph.output('in0', image), 'graph mistakes: the name in0 is taken'],
    [
      'an odd name',
      () => graph.output('a b', image),
      'expected a name of letters, digits and ._/-, got "a b"',
    ],
    ['no output', () => graph.build(), 'graph mistakes: expected an output, got none'],
  ]
  it.each(otherMistakes)('%s', (_, build, message) => expect(build).toThrow(message))
})

describe('a compiled graph', () => {
  it('gives inputs, constants and one value twice as outputs', async () => {
    const x = tensor(Float32Array.of(1, 2), [2])
    const results = await runGraph([x], (value) => {
      const twice = add(value, value)
      return [value, value.graph.constant(Int32Array.of(7), [1]), twice, twice]
    })
    expect(results.map(({ data }) => data)).toEqual([[1, 2], [7], [2, 4], [2, 4]])
  })

  it('carries every element type in and out, as constant and as input', async () => {
    for (const data of [
      Float32Array.of(1.5, -2),
      Int32Array.of(-3, 4),
      BigInt64Array.of(-(2n ** 40n), 5n),
      Uint8Array.of(0, 255),
    ]) {
      const results = await runGraph([tensor(data, [2])], (value) => [
        cast(value, value.dtype),
        value.graph.constant(data, [2]),
      ])
      for (const result of results) expect(result.data).toEqual(numbers(data))
    }
  })

  it('keeps inputs that nothing uses, and leaves out values that no output needs', () => {
    const build = (extra: boolean) => {
      const builder = new GraphBuilder('lean')
      const used = builder.input('used', 'float32', [2])
      builder.input('unused', 'float32', [3])
      if (extra) add(used, builder.constant(new Float32Array(2), [2]))
      builder.output('y', neg(used))
      return builder.build()
    }
    expect(build(true).bytes).toEqual(build(false).bytes)
    expect(build(false).inputs.map(({ name }) => name)).toEqual(['used', 'unused'])
  })

  it('is the same, byte for byte, when built twice', () => {
    const build = () => {
      const builder = new GraphBuilder('same')
      const x = builder.input('x', 'float32', [1, 2, 4, 4])
      const w = builder.constant(Float32Array.from({ length: 36 }, Math.sqrt), [2, 2, 3, 3])
      builder.output('y', conv2d(x, w, { padding: 1 }))
      return builder.build().bytes
    }
    expect(build()).toEqual(build())
  })

  it('may be deeper than the stack', async () => {
    const [result] = await runGraph([tensor(Float32Array.of(0), [1])], (x) => {
      let sum = x
      for (let i = 0; i < 3000; i++) sum = add(sum, x)
      return add(sum, 1)
    })
    expect(result!.data).toEqual([1])
  })

  it('reads and gives empty tensors', async () => {
    const [joined, total] = await runGraph([tensor(new Float32Array(0), [0, 2])], (x) => [
      concat([x, x], 0),
      reduceSum(x, [0]),
    ])
    expect(joined).toEqual({ shape: [0, 2], data: [] })
    expect(total).toEqual({ shape: [2], data: [0, 0] })
  })
})

describe('values form a graph that can be walked', () => {
  it('back from a result to its operation, attributes and inputs', () => {
    const builder = new GraphBuilder('walk')
    const x = builder.input('x', 'float32', [3, 2])
    const y = transpose(x, [1, 0])
    expect(y.node).toMatchObject({ kind: 'call', op: { name: 'transpose' }, attributes: [1, 0] })
    expect(y.node.kind === 'call' && y.node.inputs[0] === x).toBe(true)
    expect(x.node).toEqual({ kind: 'input', name: 'x' })
  })
})
