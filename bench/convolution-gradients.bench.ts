/**
 * Ways to the gradients of a convolution, at CS-Flow's shapes: milliseconds and GFLOP/s, best of several runs.
 *
 *     npx tsx bench/convolution-gradients.bench.ts [threads] [runs]
 */
import { cpus } from 'node:os'
import { type Binary, GraphBuilder, type Op, type Value } from '../src/graph/graph.ts'
import {
  concat,
  conv2d,
  gather,
  gemm,
  gradients,
  mul,
  openSession,
  pad,
  reduceSum,
  reshape,
  slice,
  tensor,
  transpose,
} from '../src/graph/index.ts'
import { patches } from '../src/graph/patches.ts'
import { createRandom } from '../src/math/random.ts'

const threads = Number(process.argv[2] ?? cpus().length)
const runs = Number(process.argv[3] ?? 6)
const exchange = (v: Value): Value => transpose(v, [1, 0, 2, 3])

interface Shape {
  readonly images: number
  readonly inputs: number
  readonly extent: number
  readonly outputs: number
  readonly kernel: number
}

const shapes: readonly Shape[] = [
  { images: 4, inputs: 152, extent: 24, outputs: 1024, kernel: 3 },
  { images: 4, inputs: 1024, extent: 24, outputs: 304, kernel: 3 },
  { images: 4, inputs: 1024, extent: 12, outputs: 304, kernel: 3 },
  { images: 4, inputs: 1024, extent: 6, outputs: 304, kernel: 3 },
  { images: 4, inputs: 1024, extent: 24, outputs: 304, kernel: 5 },
]

type Way = (x: Value, gradient: Value, weight: Value, shape: Shape) => Value

/** By the rule of `conv2d`, as the graph gives it. */
const byRule =
  (which: 'x' | 'weight'): Way =>
  (x, gradient, weight, { kernel }) => {
    const y = conv2d(x, weight, { padding: kernel >> 1 })
    const [found] = gradients(reduceSum(mul(y, gradient), [0, 1, 2, 3]), [which === 'x' ? x : weight])
    return found!
  }

const window = (kernel: number) => ({
  kernel: [kernel, kernel] as const,
  stride: [1, 1] as const,
  dilation: [1, 1] as const,
  padding: [kernel >> 1, kernel >> 1, kernel >> 1, kernel >> 1] as const,
})

const weightWays: Readonly<Record<string, Way>> = {
  'weight, the rule': byRule('weight'),
  'weight, columns of the input': (x, gradient, _, { outputs, kernel }) =>
    gemm(reshape(exchange(gradient), [outputs, -1]), patches(exchange(x), window(kernel)), { transB: true }),
  'weight, columns of the gradient, left as they come': (x, gradient, _, { inputs, kernel }) =>
    gemm(patches(exchange(gradient), window(kernel), true), reshape(exchange(x), [inputs, -1]), {
      transB: true,
    }),
  'weight, a product for each tap': (x, gradient, _, { inputs, extent, outputs, kernel }) => {
    const margin = [0, 0, kernel >> 1, kernel >> 1]
    const padded = pad(exchange(x), margin, margin)
    const flat = reshape(exchange(gradient), [outputs, -1])
    const taps = Array.from({ length: kernel * kernel }, (_unused, tap) => {
      const [row, col] = [Math.floor(tap / kernel), tap % kernel]
      const seen = slice(
        padded,
        { axis: 2, start: row, end: row + extent },
        { axis: 3, start: col, end: col + extent },
      )
      return reshape(gemm(flat, reshape(seen, [inputs, -1]), { transB: true }), [outputs, inputs, 1])
    })
    return concat(taps, 2)
  },
  'weight, Conv with images and channels exchanged': (x, gradient, _, { kernel }) =>
    conv2d(exchange(x), exchange(gradient), { padding: kernel >> 1 }),
}

const transposedConv: Op<{ readonly padding: number; readonly inputs: number }, Binary> = {
  name: 'convTranspose',
  infer: ([gradient], { inputs }) => [{ dtype: 'float32', shape: gradient.shape.with(1, inputs) }],
  emit: ({ padding }) => ({
    type: 'ConvTranspose',
    attributes: { pads: { ints: [padding, padding, padding, padding] } },
  }),
}

const inputWays: Readonly<Record<string, Way>> = {
  'input, the rule': byRule('x'),
  'input, Conv with kernels turned': (_, gradient, weight, { inputs, outputs, kernel }) => {
    const taps = kernel * kernel
    const order = weight.graph.constant(
      Int32Array.from({ length: taps }, (_unused, i) => taps - 1 - i),
      [taps],
    )
    const turned = gather(transpose(reshape(weight, [outputs, inputs, taps]), [1, 0, 2]), order, 2)
    return conv2d(gradient, reshape(turned, [inputs, outputs, kernel, kernel]), { padding: kernel >> 1 })
  },
  'input, ConvTranspose': (_, gradient, weight, { inputs, kernel }) =>
    gradient.graph.apply(transposedConv, [gradient, weight], { padding: kernel >> 1, inputs })[0] as Value,
}

const random = createRandom(0)
const noise = (shape: readonly number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform() - 0.5),
    shape,
  )

console.log(`${threads} threads, ${cpus()[0]!.model.trim()}, Node ${process.version}, best of ${runs}`)
for (const shape of shapes) {
  const { images, inputs, extent, outputs, kernel } = shape
  const gflop = (2 * images * inputs * outputs * (kernel * extent) ** 2) / 1e9
  console.log(
    `\n${images}x${inputs}x${extent}x${extent} to ${outputs}, kernel ${kernel}: ${gflop.toFixed(1)} GFLOP`,
  )
  for (const [name, way] of Object.entries({ ...weightWays, ...inputWays })) {
    const graph = new GraphBuilder('way')
    const x = graph.input('x', 'float32', [images, inputs, extent, extent])
    const gradient = graph.input('gradient', 'float32', [images, outputs, extent, extent])
    const weight = graph.input('weight', 'float32', [outputs, inputs, kernel, kernel])
    const y = way(x, gradient, weight, shape)
    graph.output('y', y)
    const session = await openSession(graph.build(), { threads })
    const feeds = Object.fromEntries(session.inputs.map((spec) => [spec.name, noise(spec.shape)]))
    const into = { y: noise(y.shape) }
    let best = Number.POSITIVE_INFINITY
    for (let run = 0; run <= runs; run++) {
      const start = performance.now()
      await session.run(feeds, into)
      if (run > 0) best = Math.min(best, performance.now() - start)
    }
    await session.close()
    console.log(
      `  ${name.padEnd(52)} ${best.toFixed(1).padStart(7)} ms ${((gflop / best) * 1000).toFixed(0).padStart(5)} GFLOP/s`,
    )
  }
}
