/** The gradient of every operation against differences, on random shapes. One file, so that its last test sees that none was left out. */

import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { gradientTable } from '../../src/graph/gradient-table.ts'
import { gradients } from '../../src/graph/gradients.ts'
import { type AnyValue, GraphBuilder, type Value } from '../../src/graph/graph.ts'
import type { opTable } from '../../src/graph/op-table.ts'
import * as elementwise from '../../src/graph/ops-elementwise.ts'
import { stopGradient, withGradient } from '../../src/graph/ops-gradient.ts'
import * as image from '../../src/graph/ops-image.ts'
import * as linear from '../../src/graph/ops-linear.ts'
import * as reduction from '../../src/graph/ops-reduce.ts'
import * as scattering from '../../src/graph/ops-scatter.ts'
import * as shaping from '../../src/graph/ops-shape.ts'
import * as transformer from '../../src/graph/ops-transformer.ts'
import { type TensorData, tensor } from '../../src/graph/tensor.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import fc from '../fast-check.ts'
import { type Differences, expectGradient, floats } from './expect-gradient.ts'
import { runGraph } from './run-graph.ts'

const { add, mul } = elementwise
type Name = keyof typeof opTable

const tested = new Set<Name>()
/** For what is linear in each input the step may be long, and only rounding is left. */
const linearly: Differences = { step: 1, tolerance: 1e-5 }

const seeds = fc.integer({ min: 0, max: 2 ** 30 })
const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 0, maxLength: 4 })

const check = (
  names: readonly Name[],
  body: (random: Random, shape: number[]) => Promise<void>,
  numRuns = 6,
) =>
  it(`${names.join(', ')}`, () => {
    for (const name of names) tested.add(name)
    return fc.assert(
      fc.asyncProperty(seeds, shapes, (seed, shape) => body(createRandom(seed), shape)),
      { numRuns },
    )
  })

const constantRow = (value: Value, row: readonly number[]): Value<'int32'> =>
  value.graph.constant(Int32Array.from(row), [row.length])
const positive = (random: Random, shape: readonly number[]): TensorData => {
  const x = floats(random, shape)
  return { ...x, data: (x.data as Float32Array).map((value) => 0.5 + Math.abs(value)) }
}
/** Values of which no two are within two steps of each other or of 0, so that no difference straddles a kink. */
const apart = (random: Random, shape: readonly number[]): TensorData => {
  const count = shape.reduce((a, b) => a * b, 1)
  const order = random.shuffleInPlace(Array.from({ length: count }, (_, i) => i))
  return tensor(
    Float32Array.from(order, (i) => (i + 0.5 - (count >> 1)) / 2),
    shape,
  )
}

describe('operations on elements', () => {
  const smooth: readonly (readonly [Name, (x: Value) => Value])[] = [
    ['neg', elementwise.neg],
    ['exp', (x) => elementwise.exp(mul(x, 0.5))],
    ['tanh', elementwise.tanh],
    ['atan', elementwise.atan],
    ['sigmoid', elementwise.sigmoid],
    ['softplus', elementwise.softplus],
    ['erf', transformer.erf],
  ]
  for (const [name, build] of smooth) {
    check([name], (random, shape) => expectGradient([floats(random, shape)], build))
  }
  check(['log', 'sqrt'], async (random, shape) => {
    await expectGradient([positive(random, shape)], elementwise.log, { step: 1 / 256, tolerance: 5e-3 })
    await expectGradient([positive(random, shape)], elementwise.sqrt, { step: 1 / 256, tolerance: 5e-3 })
  })
  const kinked: readonly (readonly [Name, (x: Value) => Value])[] = [
    ['abs', elementwise.abs],
    ['relu', elementwise.relu],
    ['leakyRelu', (x) => elementwise.leakyRelu(x, 0.25)],
    ['clip', (x) => elementwise.clip(x, { min: -0.5, max: 1 })],
    ['clip', (x) => elementwise.clip(x, { max: 0.5 })],
  ]
  for (const [name, build] of kinked) {
    check([name], (random, shape) => expectGradient([apart(random, shape)], build, { step: 1 / 32 }))
  }

  const binary: readonly (readonly [Name, (a: Value, b: Value) => Value, Differences])[] = [
    ['add', elementwise.add, linearly],
    ['sub', elementwise.sub, linearly],
    ['mul', elementwise.mul, {}],
    ['div', (a, b) => elementwise.div(a, add(mul(b, b), 1)), { step: 1 / 256, tolerance: 5e-3 }],
    ['pow', (a, b) => elementwise.pow(add(mul(a, a), 1), b), { step: 1 / 256, tolerance: 5e-3 }],
  ]
  for (const [name, build, differences] of binary) {
    check([name], async (random, shape) => {
      const thin = shape.slice(random.integer(shape.length + 1)).map((n) => (random.integer(2) ? 1 : n))
      await expectGradient([floats(random, shape), floats(random, thin)], build, differences)
      await expectGradient([floats(random, thin), floats(random, shape)], build, differences)
    })
  }
  check(['minimum', 'maximum', 'where'], async (random, shape) => {
    const values = apart(random, [2, ...shape])
    const parts = (x: Value) => shaping.split(x, 0, [1, 1]) as [Value, Value]
    for (const build of [elementwise.minimum, elementwise.maximum]) {
      await expectGradient([values], (x) => build(...parts(x)), { step: 1 / 32 })
    }
    const condition: TensorData = {
      dtype: 'bool',
      shape,
      data: Uint8Array.from({ length: values.data.length / 2 }, () => random.integer(2)),
    }
    await expectGradient(
      [condition, floats(random, shape), floats(random, shape.slice(1))],
      elementwise.where,
      linearly,
    )
  })

  it('take the sides that PyTorch takes where a derivative jumps', async () => {
    const slopesAt = async (at: number, build: (x: Value) => Value) => {
      const [slope] = await runGraph([tensor(Float32Array.of(at), [1])], (x) => {
        const y = reduction.reduceSum(build(x), [0])
        return gradients(y, [x])
      })
      return slope!.data[0]
    }
    expect(await slopesAt(0, elementwise.relu)).toBe(0)
    expect(await slopesAt(0, elementwise.abs)).toBe(0)
    expect(await slopesAt(0, (x) => elementwise.leakyRelu(x, 0.25))).toBe(0.25)
    expect(await slopesAt(1, (x) => elementwise.clip(x, { min: 0, max: 1 }))).toBe(1)
    expect(await slopesAt(2, (x) => elementwise.maximum(mul(x, 3), 6))).toBe(1.5)
    expect(await slopesAt(0, (x) => elementwise.pow(x, 2))).toBe(0)
    expect(await slopesAt(0, (x) => elementwise.pow(2, mul(x, 0)))).toBe(0)
  })
})

describe('operations on shapes', () => {
  check(['reshape', 'transpose', 'expand'], async (random, shape) => {
    const x = floats(random, shape)
    const order = random.shuffleInPlace(shape.map((_, i) => i))
    const [turned, flat] = [(v: Value) => shaping.transpose(v, order), (v: Value) => shaping.reshape(v, [-1])]
    await expectGradient([x], (v) => flat(turned(v)), linearly)
    await expectGradient(
      [floats(random, [3, 1, ...shape])],
      (v) => shaping.expand(v, [2, 3, 4, ...shape]),
      linearly,
    )
  })
  check(['concat', 'split', 'slice'], async (random, rest) => {
    const axis = random.integer(rest.length + 1)
    const parts = [1, 2, 3].map((extent) =>
      floats(random, rest.toSpliced(axis, 0, extent + random.integer(3))),
    )
    await expectGradient(parts, (...all) => shaping.concat(all, axis), linearly)
    const x = floats(random, rest.toSpliced(axis, 0, 7))
    await expectGradient([x], (v) =>
      mul(
        ...(shaping.split(v, axis, [3, 1, 3]).filter((_, i) => i !== 1) as readonly Value[] as [
          Value,
          Value,
        ]),
      ),
    )
    await expectGradient(
      [x],
      (v) =>
        shaping.slice(v, {
          axis,
          start: random.integer(3),
          end: 4 + random.integer(4),
          step: 1 + random.integer(3),
        }),
      linearly,
    )
  })
  check(['gather', 'gatherElements', 'scatterElements', 'scatterRows'], async (random, rest) => {
    const axis = random.integer(rest.length + 1)
    const x = floats(random, rest.toSpliced(axis, 0, 4))
    const permutation = random.shuffleInPlace([0, 1, 2, 3])
    await expectGradient([x], (v) => shaping.gather(v, constantRow(v, permutation), axis), linearly)
    const indices = tensor(
      Int32Array.from({ length: 6 }, () => random.integer(4)),
      [2, 3],
    )
    await expectGradient([x, indices], (v, i) => shaping.gather(v, i, axis), linearly)
    const each: TensorData = {
      dtype: 'int64',
      shape: x.shape,
      data: BigInt64Array.from(x.data as Float32Array, () => BigInt(random.integer(4))),
    }
    await expectGradient([x, each], (v, i) => scattering.gatherElements(v, i, axis), linearly)
    await expectGradient(
      [floats(random, x.shape), each, x],
      (v, i, u) => scattering.scatterElements(v, i, u, axis),
      linearly,
    )
    const rows: TensorData = { dtype: 'int64', shape: [3, 1], data: BigInt64Array.from([1n, 0n, 1n]) }
    await expectGradient(
      [floats(random, [2, ...rest]), rows, floats(random, [3, ...rest])],
      (v, i, u) => scattering.scatterRows(v, i, u),
      linearly,
    )
  })
  check(['pad'], async (random, rest) => {
    const shape = [1 + random.integer(4), ...rest]
    const x = floats(random, shape)
    for (const mode of ['constant', 'edge', 'reflect'] as const) {
      const amounts = () => shape.map((extent) => random.integer(mode === 'reflect' ? extent : 3))
      const [before, after] = [amounts(), amounts()]
      await expectGradient([x], (v) => shaping.pad(v, before, after, mode, 2), linearly)
    }
  })
})

describe('reductions', () => {
  check(['reduceSum', 'reduceMean', 'reduceMax', 'reduceMin', 'topK'], async (random, shape) => {
    const axes = shape.map((_, i) => i).filter(() => random.integer(2) === 1)
    for (const keepDims of [true, false]) {
      for (const build of [reduction.reduceSum, reduction.reduceMean]) {
        await expectGradient([floats(random, shape)], (v) => build(v, axes, keepDims), linearly)
      }
      for (const build of [reduction.reduceMax, reduction.reduceMin]) {
        await expectGradient([apart(random, shape)], (v) => build(v, axes, keepDims), { step: 1 / 32 })
      }
    }
    const axis = random.integer(shape.length + 1)
    await expectGradient(
      [apart(random, shape.toSpliced(axis, 0, 5))],
      (v) => reduction.topK(v, 2, { axis }).values,
      { step: 1 / 32 },
    )
  })

  it('share the gradient of equal extremes', async () => {
    const [shares] = await runGraph([tensor(Float32Array.of(2, 1, 2, 0), [4])], (x) =>
      gradients(reduction.reduceMax(x, [0]), [x]),
    )
    expect(shares!.data).toEqual([0.5, 0, 0.5, 0])
  })
})

describe('products', () => {
  check(['matmul'], async (random, lead) => {
    const extent = () => 1 + random.integer(5)
    const [rows, inner, cols] = [extent(), extent(), extent()]
    const thin = lead.map((n) => (random.integer(2) ? 1 : n)).slice(random.integer(2))
    const a = floats(random, [...lead, rows, inner])
    await expectGradient([a, floats(random, [...thin, inner, cols])], linear.matmul, {})
    await expectGradient([a, floats(random, [inner, cols])], linear.matmul, {})
  })
  check(['gemm'], async (random) => {
    const [rows, inner, cols] = [1 + random.integer(5), 1 + random.integer(5), 1 + random.integer(5)]
    const c = floats(random, random.integer(2) ? [cols] : [rows, 1])
    for (const transA of [true, false]) {
      for (const transB of [true, false]) {
        const a = floats(random, transA ? [inner, rows] : [rows, inner])
        const b = floats(random, transB ? [cols, inner] : [inner, cols])
        await expectGradient([a, b], (x, y) => linear.gemm(x!, y!, { transA, transB, alpha: 0.5 }))
        await expectGradient([a, b, c], (x, y, z) => linear.gemm(x!, y!, { transA, transB, beta: 2, c: z! }))
      }
    }
  })
  check(
    ['conv2d'],
    async (random) => {
      const kernel = [1 + random.integer(4), 1 + random.integer(4)] as const
      const options = {
        stride: [1 + random.integer(3), 1 + random.integer(3)],
        padding: [random.integer(4), random.integer(4), random.integer(4), random.integer(4)],
        dilation: [1 + random.integer(2), 1 + random.integer(2)],
        groups: random.integer(2) ? 1 : 1 + random.integer(3),
      } as const
      const [depth, outputs] = [1 + random.integer(3), 1 + random.integer(3)]
      const x = floats(random, [2, options.groups * depth, 7 + random.integer(3), 7 + random.integer(3)])
      const w = floats(random, [options.groups * outputs, depth, ...kernel])
      await expectGradient([x, w], (v, k) => linear.conv2d(v!, k!, options))
      const narrow = { ...options, stride: 1 } // columns of the gradient
      await expectGradient([x, w, floats(random, [options.groups * outputs])], (v, k, bias) =>
        linear.conv2d(v!, k!, { ...narrow, bias: bias! }),
      )
    },
    40,
  )
})

describe('operations on images', () => {
  check(['maxPool', 'avgPool', 'globalAveragePool'], async (random) => {
    const kernel = [1 + random.integer(3), 1 + random.integer(3)] as const
    const side = (axis: 0 | 1) => random.integer(kernel[axis])
    const options = {
      stride: [1 + random.integer(3), 1 + random.integer(3)],
      padding: [side(0), side(1), side(0), side(1)],
    } as const
    const shape = [2, 2, 4 + random.integer(4), 4 + random.integer(4)]
    const x = floats(random, shape)
    await expectGradient([apart(random, shape)], (v) => image.maxPool(v, kernel, options), { step: 1 / 32 })
    await expectGradient([x], (v) => image.avgPool(v, kernel, options), linearly)
    await expectGradient(
      [x],
      (v) => image.avgPool(v, kernel, { ...options, countIncludePad: false }),
      linearly,
    )
    await expectGradient([x], image.globalAveragePool, linearly)
  })
  it('maxPool gives the first of equal maxima its gradient', async () => {
    const x = tensor(Float32Array.of(1, 2, 2, 2), [1, 1, 2, 2])
    const [slope] = await runGraph([x], (v) =>
      gradients(reduction.reduceSum(image.maxPool(v, 2), [0, 1, 2, 3]), [v]),
    )
    expect(slope!.data).toEqual([0, 1, 0, 0])
  })
  check(['resize'], async (random) => {
    const extent = () => 1 + random.integer(7)
    const x = floats(random, [2, 2, extent(), extent()])
    const [rows, cols] = [extent(), extent()]
    for (const mode of ['bilinear', 'nearest'] as const) {
      await expectGradient([x], (v) => image.resize(v, rows, cols, mode), linearly)
    }
  })
})

describe('operations of transformers', () => {
  check(['softmax'], (random, shape) => {
    const axis = random.integer(shape.length + 1)
    return expectGradient([floats(random, [...shape, 3])], (x) => transformer.softmax(x, axis))
  })
  check(['layerNorm'], (random, shape) =>
    expectGradient(
      [floats(random, [...shape, 4]), floats(random, [4]), floats(random, [4])],
      (x, scale, bias) => transformer.layerNorm(x!, scale!, bias!, 0.1),
      { step: 1 / 256, tolerance: 5e-3 },
    ),
  )
})

describe('gradients', () => {
  const x = tensor(Float32Array.of(1, 2, 3), [3])
  const sum = (v: Value) => reduction.reduceSum(v, [0])

  it('add up over every use of a value', async () => {
    const [slope] = await runGraph([x], (v) => gradients(sum(add(mul(v, v), mul(v, 5))), [v]))
    expect(slope!.data).toEqual([7, 9, 11])
  })

  it('reach values in the middle, the loss itself, and each as if alone', async () => {
    const [ofX, ofY, ofLoss] = await runGraph([x], (v) => {
      const y = mul(v, 2)
      const loss = sum(mul(y, y))
      return gradients(loss, [v, y, loss])
    })
    expect([ofX!.data, ofY!.data, ofLoss!.data]).toEqual([[8, 16, 24], [4, 8, 12], [1]])
  })

  it('are zeros where the loss does not depend on a value', async () => {
    const results = await runGraph([x, x, x], (a, b, c) => {
      const viaIntegers = elementwise.cast(elementwise.cast(c!, 'int64'), 'float32')
      return gradients(sum(add(mul(a!, stopGradient(b!)), viaIntegers)), [b!, c!, a!.graph.scalar(3)])
    })
    expect(results.map(({ data }) => data)).toEqual([[0, 0, 0], [0, 0, 0], [0]])
  })

  it("flow by a rule of one's own, and nowhere else", async () => {
    const [ofA, ofB] = await runGraph([x, x], (a, b) => {
      const y = withGradient(mul(a!, b!), [a!], (gradient) => [mul(gradient, 10)])
      return gradients(sum(y), [a!, b!])
    })
    expect([ofA!.data, ofB!.data]).toEqual([
      [10, 10, 10],
      [0, 0, 0],
    ])
  })

  it('can be differentiated again', async () => {
    // d/dx of |d/dx sum(x^3)|^2 = d/dx 9 x^4
    const [second] = await runGraph([x], (v) => {
      const [slope] = gradients(sum(mul(mul(v, v), v)), [v])
      return gradients(sum(mul(slope!, slope!)), [v])
    })
    expect(second!.data).toEqual([36, 36 * 8, 36 * 27])
  })

  it('of a convolution and its pooling can be differentiated again', async () => {
    const random = createRandom(3)
    const kernel = floats(random, [2, 3, 3, 3])
    await expectGradient(
      [apart(random, [1, 3, 6, 6]), kernel],
      (v, w) => {
        const y = image.maxPool(linear.conv2d(elementwise.tanh(v!), w!, { padding: 1, stride: 2 }), 2, {
          stride: 1,
        })
        const [slope] = gradients(reduction.reduceSum(mul(y, y), [0, 1, 2, 3]), [v!])
        return slope!
      },
      { step: 1 / 256, tolerance: 1e-2 },
    )
  })

  it('go through graphs deeper than the stack', async () => {
    const [slope] = await runGraph([tensor(Float32Array.of(1), [1])], (v) => {
      let y = v
      for (let i = 0; i < 3000; i++) y = add(y, v)
      return gradients(sum(y), [v])
    })
    expect(slope!.data).toEqual([3001])
  })

  const graph = new GraphBuilder('refusals')
  const value = graph.input('value', 'float32', [2])
  const whole = graph.input('whole', 'int64', [2])
  const loss = reduction.reduceSum(value, [0])
  it.each<[string, () => unknown, string]>([
    [
      'a loss of several elements',
      () => gradients(value, [value]),
      'gradients: loss: expected shape of one element, got [2]',
    ],
    [
      'whole numbers',
      () => gradients(loss, [whole as AnyValue as Value]),
      'gradients: expected float32, which alone has gradients, got int64 [2]',
    ],
    [
      'another graph',
      () => gradients(loss, [new GraphBuilder('other').scalar(1)]),
      'a value of graph other was asked for in graph refusals',
    ],
    [
      'an unknown operation',
      () => {
        const op = { name: 'twice', infer: () => [value], emit: () => ({ type: 'Identity' }) }
        return gradients(reduction.reduceSum(graph.apply(op, [value], null)[0] as Value, [0]), [value])
      },
      'gradients: expected operations of the table, got twice, which has no rule',
    ],
    [
      'a gradient of another shape',
      () =>
        gradients(
          reduction.reduceSum(
            withGradient(value, [value], () => [loss]),
            [0],
          ),
          [value],
        ),
      'withGradient: expected shape [2], got []',
    ],
  ])('refuse %s', (_, refused, message) => expect(refused).toThrow(message))
  it('say so with the right class', () => expect(() => gradients(value, [value])).toThrow(ShapeError))
})

describe('the table of rules', () => {
  it('holds none that was not tested above', () => {
    const named: readonly Name[] = ['withGradient']
    const untested = (Object.keys(gradientTable) as Name[]).filter(
      (name) => gradientTable[name] !== null && !tested.has(name) && !named.includes(name),
    )
    expect(untested).toEqual([])
  })
})
