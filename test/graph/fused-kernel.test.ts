import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { fuseElementwise } from '../../src/graph/fused-kernel.ts'
import { GraphBuilder, type Value } from '../../src/graph/graph.ts'
import { abs, add, div, exp, mul, neg, sqrt, sub } from '../../src/graph/ops-elementwise.ts'
import { openSession } from '../../src/graph/session.ts'
import { tensor } from '../../src/graph/tensor.ts'
import { createRandom } from '../../src/math/random.ts'
import fc from '../fast-check.ts'

const binary = [add, sub, mul, div]
const unary = [neg, abs, (x: Value) => sqrt(abs(x))]

/** A random program of two arrays and a scalar, as values of a graph with arrays of the given length. */
function program(seed: number, length: number) {
  const random = createRandom(seed)
  const graph = new GraphBuilder('program')
  const arrays = ['a', 'b'].map((name) => graph.input(name, 'float32', [length]))
  const scalar = graph.input('s', 'float32', [])
  const pool: Value[] = [...arrays]
  const pick = () => pool[random.integer(pool.length)]!
  for (let i = 0; i < 12; i++) {
    const choice = random.integer(4)
    if (choice === 0) pool.push(unary[random.integer(unary.length)]!(pick()))
    else {
      const operand = choice === 1 ? mul(scalar, 0.3) : choice === 2 ? random.normal() : pick()
      pool.push(binary[random.integer(binary.length)]!(pick(), operand))
    }
  }
  return { graph, arrays, scalar, results: [pool.at(-1)!, pool.at(-2)!, pool.at(-3)!] }
}

describe('a fused kernel', () => {
  it('equals the runtime bit for bit, on any length, whatever it computes', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.constantFrom(1, 3, 4, 7, 16384, 16389, 40000),
        async (seed, length) => {
          const { graph, arrays, scalar, results } = program(seed, length)
          for (const [i, result] of results.entries()) graph.output(`out${i}`, result)
          const random = createRandom(seed, 'data')
          const data = arrays.map(() => Float32Array.from({ length }, () => random.normal()))
          const session = await openSession(graph.build(), { threads: 1 })
          const wanted = await session.run({
            a: tensor(data[0]!, [length]),
            b: tensor(data[1]!, [length]),
            s: tensor(Float32Array.of(1.7), []),
          })
          await session.close()
          const got = results.map(() => new Float32Array(length))
          const kernel = fuseElementwise(arrays, [scalar], results)
          kernel.run(data, [1.7], got)
          for (const [i, each] of got.entries()) {
            const want = wanted[`out${i}`]!.data
            expect(each.findIndex((value, at) => !Object.is(value, want[at]))).toBe(-1)
          }
        },
      ),
      { numRuns: 20 },
    ))

  it('may write into what it reads', () => {
    const graph = new GraphBuilder('swap')
    const [a, b] = [graph.input('a', 'float32', [1]), graph.input('b', 'float32', [1])]
    const kernel = fuseElementwise([a, b], [], [b, sub(a, b)])
    const [x, y] = [Float32Array.from({ length: 20000 }, (_, i) => i), new Float32Array(20000).fill(2)]
    kernel.run([x, y], [], [x, y])
    expect([x[0], x[19999], y[0], y[19999]]).toEqual([2, 2, -2, 19997])
  })

  it('refuses other operations, inputs it was not told of, and lengths that differ', () => {
    const graph = new GraphBuilder('refused')
    const [a, b] = [graph.input('a', 'float32', [1]), graph.input('b', 'float32', [1])]
    expect(() => fuseElementwise([a], [], [exp(a)])).toThrow(
      'fuseElementwise: expected add, sub, mul, div, neg, abs, sqrt of the inputs, got exp',
    )
    expect(() => fuseElementwise([a], [], [add(a, b)])).toThrow('of the inputs, got input')
    const kernel = fuseElementwise([a, b], [], [add(a, b)])
    expect(() => kernel.run([new Float32Array(3), new Float32Array(4)], [], [new Float32Array(3)])).toThrow(
      ShapeError,
    )
    expect(() => kernel.run([new Float32Array(3)], [], [new Float32Array(3)])).toThrow(
      'fused kernel: expected 2 arrays and 1 results, got 1 and 1',
    )
  })
})
