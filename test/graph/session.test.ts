import { describe, expect, it } from 'vitest'
import { ShapeError, UsageError } from '../../src/errors.ts'
import { GraphBuilder } from '../../src/graph/graph.ts'
import { mul } from '../../src/graph/ops-elementwise.ts'
import { matmul } from '../../src/graph/ops-linear.ts'
import { devices, openSession, resolveDevice, runtimeVersion } from '../../src/graph/session.ts'
import { type TensorData, tensor } from '../../src/graph/tensor.ts'

function doubler() {
  const graph = new GraphBuilder('doubler')
  graph.output('y', mul(graph.input('x', 'float32', [2]), 2))
  return graph.build()
}

const pair = (a: number, b: number) => ({ x: tensor(Float32Array.of(a, b), [2]) })

describe('a session', () => {
  it('runs overlapping calls one after the other, each with its own result', async () => {
    const session = await openSession(doubler(), { device: 'cpu', threads: 1 })
    const results = await Promise.all([1, 2, 3].map((i) => session.run(pair(i, -i))))
    expect(results.map(({ y }) => [...(y!.data as Float32Array)])).toEqual([
      [2, -2],
      [4, -4],
      [6, -6],
    ])
    await session.close()
  })

  it.each<[string, Record<string, TensorData>, unknown, string]>([
    ['a missing input', {}, RangeError, 'graph doubler, input x: expected float32 [2], got nothing'],
    [
      'an unknown input',
      { ...pair(1, 2), z: tensor(new Float32Array(1), [1]) },
      RangeError,
      'expected inputs x, got z',
    ],
    [
      'another type',
      { x: tensor(new Int32Array(2), [2]) },
      TypeError,
      'expected float32 [2], got int32 [2] in a Int32Array',
    ],
    [
      'an array of another type',
      { x: { dtype: 'float32', shape: [2], data: new Int32Array(2) } },
      TypeError,
      'in a Int32Array',
    ],
    [
      'another shape',
      { x: tensor(new Float32Array(3), [3]) },
      ShapeError,
      'graph doubler, input x: expected shape [2], got [3]',
    ],
    [
      'too few elements',
      { x: { dtype: 'float32', shape: [2], data: new Float32Array(1) } },
      ShapeError,
      '1 elements',
    ],
  ])('refuses %s, and works on', async (_, feeds, kind, message) => {
    const session = await openSession(doubler())
    const error = await session.run(feeds).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(kind)
    expect((error as Error).message).toContain(message)
    expect([...((await session.run(pair(3, 4))).y!.data as Float32Array)]).toEqual([6, 8])
    await session.close()
  })

  it('writes outputs into tensors it is given, and refuses those that do not fit', async () => {
    const session = await openSession(doubler())
    const y = tensor(new Float32Array(2), [2])
    const results = await session.run(pair(3, 4), { y })
    expect(results.y).toBe(y)
    expect([...y.data]).toEqual([6, 8])
    await expect(session.run(pair(3, 4), { z: y })).rejects.toThrow(
      'graph doubler: expected outputs y, got z',
    )
    await expect(session.run(pair(3, 4), { y: tensor(new Float32Array(3), [3]) })).rejects.toThrow(
      'graph doubler, output y: expected shape [2], got [3]',
    )
    await session.close()
  })

  it('lets running work end when it is closed, then refuses more; closing twice is fine', async () => {
    const session = await openSession(doubler())
    const running = session.run(pair(1, 2))
    await Promise.all([session.close(), session.close()])
    expect([...((await running).y!.data as Float32Array)]).toEqual([2, 4])
    await expect(session.run(pair(1, 2))).rejects.toThrow('graph doubler: the session is closed')
  })

  it('gives the same with one thread and with two', async () => {
    const graph = new GraphBuilder('threads')
    const numbers = (seed: number) => Float32Array.from({ length: 96 * 96 }, (_, i) => Math.sin(seed + i * i))
    graph.output('y', matmul(graph.input('x', 'float32', [96, 96]), graph.constant(numbers(1), [96, 96])))
    const compiled = graph.build()
    const run = async (threads: number) => {
      const session = await openSession(compiled, { threads })
      const { y } = await session.run({ x: tensor(numbers(2), [96, 96]) })
      await session.close()
      return y!.data
    }
    expect(await run(2)).toEqual(await run(1))
  })
})

describe('devices', () => {
  it('auto is the CPU', () => expect(resolveDevice('auto')).toBe('cpu'))

  it('an unknown one is a usage error that names those there are', async () => {
    await expect(openSession(doubler(), { device: 'gpu' })).rejects.toThrow(
      new UsageError('no device named gpu; known are auto, cpu, webgpu, cuda, coreml, dml'),
    )
  })

  it('one the runtime does not offer here is a usage error', () => {
    const absent = devices.filter((device) => ['coreml', 'dml'].includes(device))
    const refused = absent.filter((device) => {
      try {
        resolveDevice(device)
        return false
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError)
        expect((error as Error).message).toMatch(/not offered on this machine; there are cpu/)
        return true
      }
    })
    expect(refused.length).toBeGreaterThan(0) // no machine has both
  })

  it('threads must be a whole number from 1', async () => {
    await expect(openSession(doubler(), { threads: 0 })).rejects.toThrow(UsageError)
  })

  it('the runtime has a version', () => expect(runtimeVersion()).toMatch(/^\d+\.\d+\.\d+/))
})
