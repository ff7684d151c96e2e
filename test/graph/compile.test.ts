import { describe, expect, it } from 'vitest'
import { CancelledError, ShapeError } from '../../src/errors.ts'
import { add, argMin, compile, compute, mul, reduceSum, tensor } from '../../src/graph/index.ts'
import { quietTask } from '../../src/task.ts'

const machine = { threads: 1 }
const scaled = () =>
  compile(
    'scaled',
    { rows: { dtype: 'float32', shape: [3, 2] }, factor: { dtype: 'float32', shape: [2] } },
    ({ rows, factor }) => {
      const products = mul(rows, factor)
      return { products, sum: reduceSum(products, [1]), least: argMin(products, 1) }
    },
    machine,
  )

describe('a compiled function', () => {
  it('takes arrays or tensors, and gives tensors of the types that were built', async () => {
    const compiled = await scaled()
    const rows = Float32Array.of(1, 2, 3, 4, 5, 6)
    const factor = tensor(Float32Array.of(10, 1), [2])
    const { products, sum, least } = await compiled.run({ rows, factor })
    expect(products).toEqual(tensor(Float32Array.of(10, 2, 30, 4, 50, 6), [3, 2]))
    expect([...sum.data]).toEqual([12, 34, 56])
    expect([...least.data]).toEqual([1n, 1n, 1n])
    await compiled.close()
    await expect(compiled.run({ rows, factor })).rejects.toThrow('graph scaled: the session is closed')
  })

  it.each([0, 1, 2, 3, 4, 6, 7])('goes over %i rows in blocks of three', async (count) => {
    const compiled = await scaled()
    const rows = Float32Array.from({ length: 2 * count }, (_, i) => i)
    const { products, sum, least } = await compiled.runRows({ rows }, { factor: Float32Array.of(2, -1) })
    expect(products.shape).toEqual([count, 2])
    expect([...products.data]).toEqual(Array.from(rows, (value, i) => (i % 2 === 0 ? 2 * value : -value)))
    expect([...sum.data]).toEqual(Array.from({ length: count }, (_, i) => 2 * i - 1))
    expect([...least.data]).toEqual(new Array(count).fill(1n))
    await compiled.close()
  })

  it('refuses part of a row, inputs that disagree, outputs without rows, and to go on once cancelled', async () => {
    const compiled = await scaled()
    const factor = Float32Array.of(1, 1)
    await expect(compiled.runRows({ rows: new Float32Array(5) }, { factor })).rejects.toThrow(
      new ShapeError('graph scaled, input rows', '[rows, 2]', [5]),
    )
    const task = { ...quietTask, signal: AbortSignal.abort() }
    await expect(compiled.runRows({ rows: new Float32Array(6) }, { factor }, task)).rejects.toThrow(
      CancelledError,
    )
    await expect(compiled.runRows({ rows: new Float32Array(6) })).rejects.toThrow(
      'graph scaled, input factor: expected float32 [2], got nothing',
    )
    await compiled.close()

    const type = { dtype: 'float32', shape: [2, 1] } as const
    const two = await compile('two', { a: type, b: type }, ({ a, b }) => ({ sum: add(a, b) }), machine)
    const [a, b] = [new Float32Array(3), new Float32Array(4)]
    await expect(two.runRows({ a, b })).rejects.toThrow('graph two: expected shape of 3 rows, in blocks of 2')
    await two.close()

    const total = await compile('total', { a: type }, ({ a: x }) => ({ sum: reduceSum(x, [0, 1]) }), machine)
    await expect(total.runRows({ a })).rejects.toThrow('graph total, output sum: expected shape [2 rows, …]')
    await total.close()
  })

  it('computes once', async () => {
    const feeds = { a: tensor(Float32Array.of(1, 2), [2]), b: tensor(Float32Array.of(3, 4), [2]) }
    const { sum } = await compute('once', feeds, ({ a, b }) => ({ sum: add(a, b) }), machine)
    expect([...sum.data]).toEqual([4, 6])
  })
})
