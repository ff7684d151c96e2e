/** Graphs whose extents are known at run time only, other element types, metadata, and folding of what is constant. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/errors.ts'
import { dynamicExtent, extentName, isDynamic } from '../../src/graph/dynamic-extent.ts'
import { foldConstants } from '../../src/graph/fold-constants.ts'
import { type CompiledGraph, GraphBuilder } from '../../src/graph/graph.ts'
import { concatTo, countTo, expandTo, reshapeTo, shapeOf, sliceAt } from '../../src/graph/ops-dynamic.ts'
import { add, cast, mul } from '../../src/graph/ops-elementwise.ts'
import { conv2d, matmul } from '../../src/graph/ops-linear.ts'
import { reduceMean, topK } from '../../src/graph/ops-reduce.ts'
import { concat, gather, reshape, transpose } from '../../src/graph/ops-shape.ts'
import { openSession } from '../../src/graph/session.ts'
import { int64s, type TensorData, tensor } from '../../src/graph/tensor.ts'
import { decodeFloat16, encodeFloat16 } from '../../src/math/float16.ts'
import { findPython, runPython } from '../python.ts'
import { numbers } from './run-graph.ts'

const [n, h] = [dynamicExtent('N'), dynamicExtent('H')]
const floats = (shape: readonly number[], first = 0): TensorData => {
  const count = shape.reduce((a, b) => a * b, 1)
  return tensor(
    Float32Array.from({ length: count }, (_, i) => first + i),
    shape,
  )
}

async function run(graph: CompiledGraph, ...runs: readonly Readonly<Record<string, TensorData>>[]) {
  const session = await openSession(graph, { threads: 1 })
  try {
    const results: Record<string, TensorData>[] = []
    for (const feeds of runs) results.push(await session.run(feeds))
    return results
  } finally {
    await session.close()
  }
}

describe('dynamic extents', () => {
  it('stand for a name, the same for the same', () => {
    expect(dynamicExtent('N')).toBe(n)
    expect(h).not.toBe(n)
    expect([n, h].map(extentName)).toEqual(['N', 'H'])
    expect([n, -1, 0, 4].map(isDynamic)).toEqual([true, false, false, false])
    expect(() => extentName(4)).toThrow(RangeError)
  })

  it('go through a network, one image or several at a time', async () => {
    const graph = new GraphBuilder('images')
    const x = graph.input('x', 'uint8', [n, 4, 4, 3])
    const planes = cast(transpose(x, [0, 3, 1, 2]), 'float32')
    const weight = graph.constant(new Float32Array(2 * 3).fill(1), [2, 3, 1, 1])
    const y = conv2d(planes, weight)
    expect(y.shape).toEqual([n, 2, 4, 4])
    const rows = reshape(y, [n, 2, -1])
    expect(rows.shape).toEqual([n, 2, 16])
    graph.output('mean', reduceMean(rows, [1, 2]))
    graph.output('largest', topK(rows, 2).values)
    const pixels = (count: number) => ({
      x: tensor(
        Uint8Array.from({ length: 48 * count }, (_, i) => i % 48),
        [count, 4, 4, 3],
      ),
    })
    const [one, three] = await run(graph.build(), pixels(1), pixels(3))
    expect(one!.mean).toMatchObject({ shape: [1], data: Float32Array.of(70.5) })
    expect(three!.mean).toMatchObject({ shape: [3], data: Float32Array.of(70.5, 70.5, 70.5) })
    expect(three!.largest!.shape).toEqual([3, 2, 2])
  })

  it('are read, cut by, grown to and counted to', async () => {
    const graph = new GraphBuilder('sizes')
    const x = graph.input('x', 'float32', [n, h])
    const height = shapeOf(x, 1, 2)
    graph.output('shape', shapeOf(x))
    const half = graph.constantOf(int64s([2]))
    const tail = sliceAt(x, 1, half, height, dynamicExtent('tail'))
    graph.output('tail', tail)
    graph.output('joined', concatTo([tail, x], 1, dynamicExtent('joined')))
    expect(() => concatTo([tail, height as never], 1, 2)).toThrow(TypeError)
    expect(() => concatTo([tail, reshape(x, [n, 1, h])], 1, 2)).toThrow(ShapeError)
    graph.output(
      'rows',
      expandTo(graph.constantOf(int64s([7])), concat([shapeOf(x, 0, 1), graph.constantOf(int64s([1]))], 0), [
        n,
        1,
      ]),
    )
    graph.output('flat', reshapeTo(x, graph.constantOf(int64s([-1])), [dynamicExtent('N*H')]))
    graph.output('count', countTo(reshape(height, []), h))
    const [result] = await run(graph.build(), { x: floats([2, 3]) })
    expect(
      Object.fromEntries(Object.entries(result!).map(([name, { data }]) => [name, numbers(data)])),
    ).toEqual({
      shape: [2, 3],
      tail: [2, 5],
      joined: [2, 0, 1, 2, 5, 3, 4, 5],
      rows: [7, 7],
      flat: [0, 1, 2, 3, 4, 5],
      count: [0, 1, 2],
    })
  })

  it('are told from numbers, in errors by name', () => {
    const graph = new GraphBuilder('errors')
    const x = graph.input('x', 'float32', [n, 3])
    const y = graph.input('y', 'float32', [h, 3])
    expect(() => add(x, y)).toThrow(ShapeError)
    expect(() => add(x, graph.constantOf(floats([4, 3])))).toThrow('to broadcast with [N, 3]')
    expect(() => matmul(x, y)).toThrow(ShapeError)
    expect(() => reshape(x, [h, 3])).toThrow('of as many elements as [N, 3] has')
    expect(() => concat([x, x], 0)).toThrow('concat: axis 0: expected a whole number')
  })

  it('agree among the inputs of a run', async () => {
    const graph = new GraphBuilder('agree')
    graph.output('sum', add(graph.input('a', 'float32', [n]), graph.input('b', 'float32', [n])))
    const compiled = graph.build()
    await expect(run(compiled, { a: floats([2]), b: floats([3]) })).rejects.toThrow(
      'expected shape [2], got [3]',
    )
    await expect(run(compiled, { a: floats([2, 1]), b: floats([2]) })).rejects.toThrow('expected shape [N]')
  })
})

describe('other element types', () => {
  it('float64 computes in double precision, float16 in half', async () => {
    const graph = new GraphBuilder('types')
    const x = graph.input('x', 'float64', [2])
    const half = graph.input('half', 'float16', [2])
    graph.output('double', add(x, 1))
    graph.output('half-product', mul(half, half))
    graph.output('rounded', cast(cast(x, 'float16'), 'float32'))
    const given = Float64Array.of(1e-12, 1 / 3)
    const [result] = await run(graph.build(), {
      x: tensor(given, [2]),
      half: tensor(encodeFloat16(Float32Array.of(0.5, 3)), [2]),
    })
    expect(result!.double!.data).toEqual(given.map((value) => value + 1))
    expect(decodeFloat16(result!['half-product']!.data as Uint16Array)).toEqual(Float32Array.of(0.25, 9))
    expect(result!.rounded!.data).toEqual(decodeFloat16(encodeFloat16(Float32Array.from(given))))
  })
})

describe('folding', () => {
  it('leaves nothing that depends on no input, and the same results', async () => {
    const graph = new GraphBuilder('fold')
    const x = graph.input('x', 'float32', [n, 2])
    const table = add(mul(graph.constantOf(floats([2, 2])), 2), 1)
    const isOdd = cast(graph.constantOf(floats([2])), 'bool')
    graph.output('y', matmul(x, table))
    graph.output('same', mul(table, 1))
    graph.output('odd', cast(isOdd, 'int32'))
    const folded = await foldConstants(graph, { threads: 1 })
    const calls = [...folded.outputs.values()].filter(({ node }) => node.kind === 'call')
    expect(calls).toHaveLength(1)
    const feeds = { x: floats([3, 2]) }
    const [[before], [after]] = [await run(graph.build(), feeds), await run(folded.build(), feeds)]
    expect(after).toEqual(before)
    expect(folded.build().bytes.length).toBeLessThan(graph.build().bytes.length)
  })

  it('computes what is small of what is too large to be kept, and is asked for by others too', async () => {
    const graph = new GraphBuilder('large')
    const x = graph.input('x', 'float32', [1, 1])
    const row = graph.constant(
      Float32Array.from({ length: 3 << 17 }, (_, i) => i % 5),
      [1, 3 << 17],
    )
    const large = transpose(row, [1, 0])
    graph.output('product', matmul(large, x))
    graph.output('length', add(x, matmul(row, large)))
    const folded = await foldConstants(graph, { threads: 1 })
    expect(folded.outputs.get('length')!.node).toMatchObject({ inputs: [{}, { node: { kind: 'constant' } }] })
    const feeds = { x: floats([1, 1], 2) }
    expect(await run(folded.build(), feeds)).toEqual(await run(graph.build(), feeds))
  })

  it('leaves extents open that follow from constants, since other calls name them too', async () => {
    const graph = new GraphBuilder('open')
    const x = graph.input('x', 'float32', [n, 3])
    const places = countTo(graph.scalar(2, 'int64'), h)
    const rows = gather(x, places, 1)
    const ones = expandTo(graph.scalar(1), shapeOf(rows), [n, h])
    graph.output('sum', add(rows, ones))
    const folded = await foldConstants(graph, { threads: 1 })
    const feeds = { x: floats([2, 3]) }
    expect(await run(folded.build(), feeds)).toEqual(await run(graph.build(), feeds))
  })
})

describe('a model for others', () => {
  const python = findPython(['onnx'])
  it.skipIf(python === null)('passes onnx.checker at operator set 18, with its metadata', async () => {
    const graph = new GraphBuilder('metadata')
    const x = graph.input('x', 'uint8', [n, h, 3])
    graph.output('mean', reduceMean(cast(x, 'float32'), [1, 2]))
    const folder = await mkdtemp(join(tmpdir(), 'plumbline-onnx-'))
    try {
      const path = join(folder, 'model.onnx')
      const metadata = { 'plumbline.threshold': '1.5', 'plumbline.licence': 'Apache-2.0' }
      await writeFile(path, graph.build({ metadata, operatorSet: 18 }).bytes)
      const program = [
        'import onnx, json, sys',
        'm = onnx.load(sys.argv[1]); onnx.checker.check_model(m, full_check=True)',
        'd = [x.dim_param or x.dim_value for x in m.graph.input[0].type.tensor_type.shape.dim]',
        'print(json.dumps([{p.key: p.value for p in m.metadata_props}, m.opset_import[0].version, m.ir_version, d]))',
      ].join('\n')
      const { status, stdout, stderr } = runPython(python!, ['-c', program, path])
      expect(stderr).toBe('')
      expect(status).toBe(0)
      expect(JSON.parse(stdout)).toEqual([metadata, 18, 8, ['N', 'H', 3]])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
