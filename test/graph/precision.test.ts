/** Parts of a graph in fewer digits: only those parts, nearly the same numbers, and refused where they cannot be held. */
import { describe, expect, it } from 'vitest'
import { ModelError } from '../../src/errors.ts'
import {
  add,
  clip,
  conv2d,
  GraphBuilder,
  inHalfPrecision,
  inWholeNumbers,
  matmul,
  mul,
  observeRanges,
  openSession,
  type TensorData,
  tensor,
  withOutputs,
} from '../../src/graph/index.ts'
import { createRandom } from '../../src/math/random.ts'

const machine = { threads: 1 }
const region = { from: ['begin'], to: ['end'] }

/** x * 1000 -> [two convolutions with a way around] -> a product with a large constant. */
function network(change: { weight?: number; state?: number } = {}): GraphBuilder {
  const random = createRandom(1)
  const normals = (count: number, first = random.normal()) =>
    Float32Array.from({ length: count }, (_, i) => (i === 0 ? first : 0.3 * random.normal()))
  const graph = new GraphBuilder('network')
  const x = graph.input('x', 'float32', [1, 4, 8, 8])
  const begin = mul(x, 1000) // beyond what float16 counts in whole numbers
  const weight = (first?: number) => graph.constant(normals(4 * 4 * 9, first), [4, 4, 3, 3])
  const bias = () => graph.constant(normals(4), [4])
  const small = mul(begin, 1 / 1000)
  const hidden = clip(conv2d(small, weight(change.weight), { bias: bias(), padding: 1 }), { min: 0, max: 6 })
  const end = add(conv2d(hidden, weight(), { bias: bias(), padding: 1 }), hidden)
  const state = graph.constant(normals(64 * 256, change.state), [1, 1, 64, 256].slice(2))
  graph.output('begin', begin)
  graph.output('end', end)
  graph.output('after', matmul(mul(end, 1), graph.constant(normals(8 * 8), [8, 8])))
  graph.output('large', matmul(graph.input('y', 'float32', [1, 64]), state))
  return graph
}

const random = createRandom(2)
const fed = (): Readonly<Record<string, TensorData>> => ({
  x: tensor(
    Float32Array.from({ length: 256 }, () => random.normal()),
    [1, 4, 8, 8],
  ),
  y: tensor(
    Float32Array.from({ length: 64 }, () => random.normal()),
    [1, 64],
  ),
})

async function run(graph: GraphBuilder, feeds: Readonly<Record<string, TensorData>>) {
  const session = await openSession(graph.build({ operatorSet: 18 }), machine)
  try {
    const found = await session.run(feeds)
    return Object.fromEntries(
      Object.entries(found).map(([name, { data }]) => [name, [...(data as Float32Array)]]),
    )
  } finally {
    await session.close()
  }
}

const worst = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) / Math.max(...a.map(Math.abs))

const half = (graph: GraphBuilder, outputs: readonly string[]) =>
  inHalfPrecision(graph, { region, outputs, names: { inside: 'the network', outside: 'bank.bin' } })

describe('float16', () => {
  it('computes the region in it, nothing before it, and gives the types that there were', async () => {
    const feeds = fed()
    const outputs = ['begin', 'end', 'after', 'large']
    const [full, halved] = [await run(network(), feeds), await run(half(network(), outputs), feeds)]
    expect(halved.begin).toEqual(full.begin)
    for (const name of ['end', 'after', 'large']) {
      expect(worst(full[name]!, halved[name]!)).toBeLessThan(3e-3)
      expect(worst(full[name]!, halved[name]!)).toBeGreaterThan(0)
    }
  })

  it('halves what is large', () => {
    const sizeOf = (graph: GraphBuilder) => graph.build().bytes.length
    expect(sizeOf(half(network(), ['after', 'large']))).toBeLessThan(
      0.56 * sizeOf(withOutputs(network(), ['after', 'large'])),
    )
  })

  it('refuses numbers that it does not hold, and says whose they are', () => {
    expect(() => half(network({ weight: 1e5 }), ['end'])).toThrow(ModelError)
    expect(() => half(network({ weight: 1e5 }), ['end'])).toThrow(
      'the network: holds 100000, and float16 ends at 65504',
    )
    expect(() => half(network({ state: -7e4 }), ['large'])).toThrow('bank.bin: holds -70000')
    expect(() => half(network({ state: -7e4 }), ['end'])).not.toThrow() // it is not part of what is asked for
  })
})

describe('whole numbers', () => {
  async function* some(count: number) {
    for (let i = 0; i < count; i++) yield fed()
  }

  it('give nearly the same, with steps as wide as what was seen', async () => {
    const ranges = await observeRanges(network(), region, some(20), machine)
    const outputs = ['begin', 'end', 'after']
    const feeds = fed()
    const [full, whole] = [
      await run(network(), feeds),
      await run(inWholeNumbers(network(), region, ranges, outputs), feeds),
    ]
    expect(whole.begin).toEqual(full.begin)
    expect(worst(full.end!, whole.end!)).toBeLessThan(0.06)
    expect(worst(full.end!, whole.end!)).toBeGreaterThan(1e-4)
    const narrow = ranges.map(({ low, high }) => ({ low: low / 8, high: high / 8 }))
    const cut = await run(inWholeNumbers(network(), region, narrow, outputs), feeds)
    expect(worst(full.end!, cut.end!)).toBeGreaterThan(0.2)
  })

  it('say so in operations that every runtime knows', async () => {
    const ranges = await observeRanges(network(), region, some(2), machine)
    const text = Buffer.from(inWholeNumbers(network(), region, ranges, ['end']).build().bytes).toString(
      'latin1',
    )
    expect(text).toContain('QuantizeLinear')
    expect(text).toContain('DequantizeLinear')
    expect(text).not.toContain('com.microsoft')
  })

  it('need pictures to see ranges on', async () => {
    await expect(observeRanges(network(), region, some(0), machine)).rejects.toThrow('got none')
  })
})
