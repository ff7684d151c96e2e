/**
 * From a function over values to a function over arrays: what is built is opened, run and closed here, so that whoever needs a
 * product of matrices writes the product and nothing else.
 *
 * Shapes are fixed once compiled. Where the number of rows differs from call to call, `runRows` goes over them in blocks.
 */
import { ShapeError } from '../errors.ts'
import { checkCancelled, type Task } from '../task.ts'
import { type AnyValue, GraphBuilder, type Value } from './graph.ts'
import { openSession, type SessionOptions } from './session.ts'
import {
  type ArrayOf,
  arrayOf,
  type DType,
  elementCount,
  type TensorData,
  type TensorType,
} from './tensor.ts'

export type Types = Readonly<Record<string, TensorType>>
export type BuiltValues = Readonly<Record<string, AnyValue>>

/** The inputs while building, by name. */
export type ValuesOf<Inputs extends Types> = { readonly [Name in keyof Inputs]: Value<Inputs[Name]['dtype']> }

/** What is fed, by name: an array in the input's shape, row-major, or a tensor that holds one. */
export type FeedsOf<Inputs extends Types> = {
  readonly [Name in keyof Inputs]: ArrayOf[Inputs[Name]['dtype']] | TensorData<Inputs[Name]['dtype']>
}

export type ResultsOf<Outputs extends BuiltValues> = {
  readonly [Name in keyof Outputs]: TensorData<Outputs[Name]['dtype']>
}

export interface Compiled<Inputs extends Types, Outputs extends BuiltValues> {
  /**
   * One run. Calls may overlap; they take turns.
   *
   * @param feeds - Every input. Not copied: leave them alone until the run is over.
   * @throws {ShapeError} @throws {TypeError} A feed is of another size or type. @throws {RangeError} It is closed.
   */
  run(feeds: FeedsOf<Inputs>): Promise<ResultsOf<Outputs>>
  /**
   * Any number of rows, in blocks of as many as the inputs were declared with; the last is filled up with zeros.
   *
   * @param rows - Inputs whose first axis counts rows: all of one number of them, which need not be the declared one.
   * @param fixed - The other inputs, the same for every block.
   * @param task - Asked between blocks whether to go on.
   * @returns The outputs of all blocks joined along their first axis, which must count rows as well.
   * @throws {ShapeError} Not a whole number of rows, or not the same for all. @throws {CancelledError} The signal fired.
   */
  runRows<Name extends keyof Inputs>(
    rows: Pick<FeedsOf<Inputs>, Name>,
    fixed?: Omit<FeedsOf<Inputs>, Name>,
    task?: Task,
  ): Promise<ResultsOf<Outputs>>
  /** Releases native memory once running work is over. May be called twice. */
  close(): Promise<void>
}

/**
 * @param name - Shown in errors.
 * @param inputs - Element type and shape of each.
 * @param build - Outputs by name, none of them an input's.
 * @throws {UsageError} The device is not there or does not start. @throws what `build` throws.
 */
export async function compile<const Inputs extends Types, Outputs extends BuiltValues>(
  name: string,
  inputs: Inputs,
  build: (values: ValuesOf<Inputs>, graph: GraphBuilder) => Outputs,
  machine: SessionOptions,
): Promise<Compiled<Inputs, Outputs>> {
  const session = await openSession(graphOf(name, inputs, build), machine)
  const { outputs } = session

  const run = async (feeds: FeedsOf<Types>): Promise<Record<string, TensorData>> =>
    session.run(
      Object.fromEntries(Object.entries(feeds).map(([key, feed]) => [key, asTensor(feed, inputs[key])])),
    )

  const runRows = async (
    rows: FeedsOf<Types>,
    fixed: FeedsOf<Types>,
    task: Task | undefined,
  ): Promise<Record<string, TensorData>> => {
    const cut = Object.entries(rows).map(([key, feed]) =>
      cutRows(`graph ${name}, input ${key}`, feed, inputs[key]),
    )
    const { block, count } = sameFor(name, cut)
    for (const { name: key, shape } of outputs) {
      if (shape[0] !== block)
        throw new ShapeError(`graph ${name}, output ${key}`, `[${block} rows, …]`, shape)
    }
    const joined = outputs.map(({ name: key, dtype, shape: [, ...rest] }) => {
      const data = new arrayOf[dtype](count * elementCount(rest))
      return [key, { dtype, shape: [count, ...rest], data } as TensorData] as const
    })
    for (let start = 0; start < count; start += block) {
      if (task !== undefined) checkCancelled(task)
      const own = Math.min(block, count - start)
      const parts = Object.keys(rows).map((key, i) => [key, cut[i]!.part(start, own)] as const)
      const results = await run({ ...fixed, ...Object.fromEntries(parts) })
      for (const [key, { data, shape }] of joined) {
        const each = elementCount(shape.slice(1))
        setInPlace(data, results[key]!.data.subarray(0, own * each), start * each)
      }
    }
    return Object.fromEntries(joined)
  }
  return {
    run: async (feeds) => (await run(feeds)) as ResultsOf<Outputs>,
    runRows: async (rows, fixed, task) =>
      (await runRows(rows as FeedsOf<Types>, fixed ?? {}, task)) as ResultsOf<Outputs>,
    close: () => session.close(),
  }
}

/**
 * Builds, runs once and closes.
 *
 * @param feeds - Inputs with their values.
 * @throws as {@link compile} and its `run`.
 */
export async function compute<
  const Inputs extends Readonly<Record<string, TensorData>>,
  Outputs extends BuiltValues,
>(
  name: string,
  feeds: Inputs,
  build: (values: ValuesOf<Inputs>, graph: GraphBuilder) => Outputs,
  machine: SessionOptions,
): Promise<ResultsOf<Outputs>> {
  const session = await openSession(graphOf(name, feeds, build), machine)
  try {
    return (await session.run(feeds)) as ResultsOf<Outputs>
  } finally {
    await session.close()
  }
}

function graphOf<Inputs extends Types>(
  name: string,
  inputs: Inputs,
  build: (values: ValuesOf<Inputs>, graph: GraphBuilder) => BuiltValues,
) {
  const graph = new GraphBuilder(name)
  const values = Object.entries(inputs).map(([key, { dtype, shape }]) => [
    key,
    graph.input(key, dtype, shape),
  ])
  for (const [key, value] of Object.entries(build(Object.fromEntries(values), graph)))
    graph.output(key, value)
  return graph.build()
}

type Feed = ArrayOf[DType] | TensorData

/** An input that is not declared is left for the session to refuse by name. */
function asTensor(feed: Feed, type: TensorType | undefined): TensorData {
  if (!ArrayBuffer.isView(feed)) return feed
  return { dtype: type?.dtype ?? 'float32', shape: type?.shape ?? [feed.length], data: feed }
}

interface CutRows {
  readonly block: number
  readonly count: number
  /** Rows from `start`, filled up with zeros to a block where there are fewer. */
  part(start: number, own: number): ArrayOf[DType]
}

function cutRows(where: string, feed: Feed, type: TensorType | undefined): CutRows {
  const data = ArrayBuffer.isView(feed) ? feed : feed.data
  const [block = 1, ...rest] = type?.shape ?? []
  const each = elementCount(rest)
  const count = data.length / each
  if (!Number.isInteger(count)) throw new ShapeError(where, `[rows, ${rest.join(', ')}]`, [data.length])
  return {
    block,
    count,
    part(start, own) {
      const rows = data.subarray(start * each, (start + own) * each)
      if (own === block) return rows
      const whole = new arrayOf[type?.dtype ?? 'float32'](block * each)
      setInPlace(whole, rows, 0)
      return whole
    },
  }
}

function sameFor(name: string, cut: readonly CutRows[]): CutRows {
  const [first, ...others] = cut
  if (first === undefined)
    throw new RangeError(`graph ${name}: expected an input to be cut into blocks, got none`)
  for (const { block, count } of others) {
    if (block !== first.block || count !== first.count) {
      throw new ShapeError(`graph ${name}`, `of ${first.count} rows, in blocks of ${first.block}`, [
        count,
        block,
      ])
    }
  }
  return first
}

/** Both are of one kind. */
const setInPlace = (target: ArrayOf[DType], source: ArrayOf[DType], at: number): void =>
  (target as Float32Array).set(source as Float32Array, at)
