/**
 * Runs compiled graphs: the only file that knows ONNX Runtime.
 *
 * ONNX Runtime computes on the calling thread and its own; JavaScript waits meanwhile, while work handed to libuv before
 * (reading files, decoding images) goes on.
 */
import { availableParallelism } from 'node:os'
import * as ort from 'onnxruntime-node'
import { ShapeError, UsageError } from '../errors.ts'
import { isDynamic, showExtent } from './dynamic-extent.ts'
import type { CompiledGraph, TensorSpec } from './graph.ts'
import { arrayOf, elementCount, type Shape, showType, type TensorArray, type TensorData } from './tensor.ts'

export const devices = ['cpu', 'webgpu', 'cuda', 'coreml', 'dml'] as const
export type Device = (typeof devices)[number]

type Tensors = Readonly<Record<string, TensorData>>

export interface SessionOptions {
  /** Default `auto`, which is the CPU: the only device whose results are tested on every platform. */
  readonly device?: string
  /** Threads of one run; default all the machine offers. */
  readonly threads?: number
}

export interface Session {
  readonly name: string
  readonly device: Device
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /**
   * One run. Calls may overlap; they take turns.
   *
   * @param feeds - Exactly the graph's inputs; extents of one name must agree. Not copied: leave them alone until the run is over.
   * @param into - Outputs to be written into tensors of one's own, of the graph's shape and type; best for large ones,
   *   whose memory would else be asked of the system anew at each run. Must be no feed of the same run.
   * @returns All outputs, each with its own memory but for those in `into`.
   * @throws {RangeError} A feed is missing or unknown, or the session is closed.
   * @throws {ShapeError} @throws {TypeError} A feed has another shape or element type than the graph says.
   */
  run(
    feeds: Readonly<Record<string, TensorData>>,
    into?: Readonly<Record<string, TensorData>>,
  ): Promise<Record<string, TensorData>>
  /** Releases native memory once running work is over. May be called twice. */
  close(): Promise<void>
}

/** Version of the runtime, e.g. `1.30.0`: results may differ in the last digits between versions. */
export const runtimeVersion = (): string => ort.env.versions.node ?? ort.env.versions.common

/**
 * @param device - `auto` or one of {@link devices}.
 * @throws {UsageError} No such device, or the runtime on this machine does not offer it.
 */
export function resolveDevice(device: string): Device {
  const wanted = device === 'auto' ? 'cpu' : devices.find((name) => name === device)
  if (wanted === undefined) {
    throw new UsageError(`no device named ${device}; known are auto, ${devices.join(', ')}`)
  }
  const offered = ort.listSupportedBackends().map(({ name }) => name)
  if (!offered.includes(wanted)) {
    const usable = devices.filter((name) => offered.includes(name))
    throw new UsageError(`device ${wanted} is not offered on this machine; there are ${usable.join(', ')}`)
  }
  return wanted
}

/**
 * @throws {UsageError} As {@link resolveDevice}, or the device is offered but does not start.
 * Cost: the model is parsed and optimised; the constants are held by the runtime, so `graph.bytes` may then be dropped.
 */
export async function openSession(graph: CompiledGraph, options: SessionOptions = {}): Promise<Session> {
  const { threads = availableParallelism() } = options
  const device = resolveDevice(options.device ?? 'auto')
  if (!(Number.isInteger(threads) && threads >= 1)) {
    throw new UsageError(`threads: expected a whole number from 1, got ${threads}`)
  }
  const { name, inputs, outputs } = graph // not the bytes: they are the runtime's now
  const native = await create(graph, device, threads)
  let turn: Promise<unknown> = Promise.resolve()
  let closing: Promise<void> | undefined

  const runNow = async (feeds: Tensors, into: Tensors): Promise<Record<string, TensorData>> => {
    const results = await native.run(
      Object.fromEntries(inputs.map((spec) => [spec.name, nativeTensor(feeds[spec.name]!)])),
      Object.fromEntries(
        outputs.map((spec) => [
          spec.name,
          Object.hasOwn(into, spec.name) ? nativeTensor(into[spec.name]!) : null,
        ]),
      ),
    )
    return Object.fromEntries(
      outputs.map((spec) => [
        spec.name,
        Object.hasOwn(into, spec.name) ? into[spec.name]! : ownTensor(results[spec.name]!, spec),
      ]),
    )
  }
  return {
    name,
    device,
    inputs,
    outputs,
    async run(feeds, into = {}) {
      if (closing !== undefined) throw new RangeError(`graph ${name}: the session is closed`)
      checkTensors(name, 'input', inputs, feeds)
      checkTensors(name, 'output', outputs, into)
      const result = turn.then(() => runNow(feeds, into))
      turn = result.catch(() => {}) // this caller gets the error; the next run is another matter
      return result
    },
    close() {
      closing ??= turn.then(() => native.release())
      return closing
    },
  }
}

async function create(graph: CompiledGraph, device: Device, threads: number): Promise<ort.InferenceSession> {
  ort.env.logLevel = 'fatal' // whatever fails is thrown as well; its own prints would land in the user's stderr
  try {
    return await ort.InferenceSession.create(graph.bytes, {
      executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Measured (bench/backbone.bench.ts): a tenth to a quarter less memory at the peak, at the same speed. Without its
      // arena (enableCpuMemArena) the runtime takes as little again, and half as long again.
      enableMemPattern: false,
      logSeverityLevel: 4,
      // Threads that spin while they wait for each other take the processors from those they wait for, on a machine that has
      // anything else to do: docs/decisions/2026-11-25-threads-that-sleep.md.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    if (device !== 'cpu') throw new UsageError(`device ${device} does not start: ${reason}`, { cause })
    throw new Error(`graph ${graph.name}: the runtime refuses it: ${reason}`, { cause })
  }
}

function checkTensors(
  name: string,
  kind: 'input' | 'output',
  specs: readonly TensorSpec[],
  tensors: Tensors,
): void {
  const expected = new Set(specs.map((spec) => spec.name))
  const named = new Map<number, number>()
  for (const given of Object.keys(tensors)) {
    if (!expected.has(given)) {
      throw new RangeError(`graph ${name}: expected ${kind}s ${[...expected].join(', ')}, got ${given}`)
    }
  }
  for (const spec of specs) {
    const feed = tensors[spec.name]
    const where = `graph ${name}, ${kind} ${spec.name}`
    if (feed === undefined && kind === 'output') continue // the runtime makes it
    if (feed === undefined) throw new RangeError(`${where}: expected ${showType(spec)}, got nothing`)
    if (feed.dtype !== spec.dtype || !(feed.data instanceof arrayOf[feed.dtype])) {
      throw new TypeError(
        `${where}: expected ${showType(spec)}, got ${showType(feed)} in a ${feed.data.constructor.name}`,
      )
    }
    checkExtents(where, spec.shape, feed.shape, named)
    if (feed.data.length !== elementCount(feed.shape)) {
      throw new ShapeError(`${where}: ${feed.data.length} elements`, 'that holds them', feed.shape)
    }
  }
}

/**
 * @param named - What dynamic extents were found to be; filled on the way, since those of one name must agree.
 * @throws {ShapeError}
 */
function checkExtents(where: string, expected: Shape, found: Shape, named: Map<number, number>): void {
  const isRight = (extent: number, i: number): boolean => {
    const given = found[i]!
    if (!isDynamic(extent)) return given === extent
    if (!named.has(extent)) named.set(extent, given)
    return named.get(extent) === given
  }
  if (expected.length !== found.length || !expected.every(isRight)) {
    const names = expected.map((extent) => showExtent(named.get(extent) ?? extent))
    throw new ShapeError(where, `[${names.join(', ')}]`, found)
  }
}

const nativeTensor = ({ dtype, shape, data }: TensorData): ort.Tensor => new ort.Tensor(dtype, data, shape)

function ownTensor(native: ort.OnnxValue, { name, dtype, shape }: TensorSpec): TensorData {
  const { type, dims, data } = native as ort.Tensor
  const fits =
    dims.length === shape.length && shape.every((extent, i) => isDynamic(extent) || extent === dims[i])
  if (type !== dtype || !fits) {
    throw new Error(
      `output ${name}: expected ${showType({ dtype, shape })}, got ${type} [${dims.join(', ')}]`,
    )
  }
  return { dtype, shape: dims, data: data as TensorArray }
}
