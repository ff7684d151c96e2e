/** Loading and running one network of a model, with errors that name the model. */
import { join } from 'node:path'
import { z } from 'zod'
import { InputError, ModelError, ShapeError } from '../../errors.ts'
import { readJson } from '../../files/read-json.ts'
import type { Image } from '../../image/image.ts'
import type { GroundedSamSettings } from './settings.ts'
import {
  confined,
  type Loader,
  type NativeSession,
  type NativeTensor,
  type Networks,
  type PackageTensor,
  type Transformers,
} from './transformers.ts'

export interface Opening {
  /** Absolute folder of the model. */
  readonly folder: string
  readonly settings: GroundedSamSettings
  /** Threads of one run. */
  readonly threads: number
}

/** Options of everything that is loaded. */
export const local = { local_files_only: true }

/** Options of networks: our threads, on the processor. */
const loading = ({ precision }: GroundedSamSettings, threads: number): Readonly<Record<string, unknown>> => ({
  ...local,
  device: 'cpu',
  dtype: precision,
  session_options: {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 4,
    // As in `graph/session.ts`: threads that wait let others work.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  },
})

/** What the model's settings call it. @throws {ModelError} It is none of `kinds`. */
export async function kindOf<Kind extends string>(folder: string, kinds: readonly Kind[]): Promise<Kind> {
  const path = join(folder, 'config.json')
  const { model_type } = await readJson(path, z.object({ model_type: z.string().optional() })).catch(
    (cause) => {
      if (!(cause instanceof InputError)) throw cause
      throw new ModelError(path, 'expected the settings of a model, as JSON', { cause })
    },
  )
  const kind = kinds.find((each) => each === model_type)
  if (kind === undefined)
    throw new ModelError(
      path,
      `is a model of type ${model_type ?? 'unknown'}, expected ${kinds.join(' or ')}`,
    )
  return kind
}

/** @throws {ModelError} With the package's reason. */
export async function load<T>(folder: string, hub: Transformers, work: () => Promise<T>): Promise<T> {
  try {
    return await confined(hub, work)
  } catch (cause) {
    throw new ModelError(folder, `cannot be loaded: ${(cause as Error).message}`, { cause })
  }
}

/** Loads networks and makes something of them; they are released where that fails. @throws {ModelError} As {@link load}. */
export async function loadNetworks<T>(
  { folder, settings, threads }: Opening,
  hub: Transformers,
  kind: Loader<Networks>,
  make: (networks: Networks) => Promise<T>,
): Promise<T> {
  const networks = await load(folder, hub, () => kind.from_pretrained(folder, loading(settings, threads)))
  try {
    return await make(networks)
  } catch (error) {
    await networks.dispose()
    throw error
  }
}

/** Names of tensors. */
interface Signature {
  readonly needs: readonly string[]
  readonly may: readonly string[]
  readonly gives: readonly string[]
}

/** @throws {ModelError} The network takes something else, or does not give what is needed. */
export function checkNames(
  folder: string,
  network: string,
  { inputNames, outputNames }: NativeSession,
  { needs, may, gives }: Signature,
): void {
  const known = [...needs, ...may]
  if (
    !needs.every((name) => inputNames.includes(name)) ||
    !inputNames.every((name) => known.includes(name))
  ) {
    const optional = may.length === 0 ? '' : `, perhaps ${may.join(', ')}`
    throw new ModelError(
      folder,
      `${network}: expected inputs ${needs.join(', ')}${optional}; got ${inputNames.join(', ')}`,
    )
  }
  if (!gives.every((name) => outputNames.includes(name)))
    throw new ModelError(
      folder,
      `${network}: expected outputs ${gives.join(', ')}; got ${outputNames.join(', ')}`,
    )
}

/** @throws {ShapeError} */
export function checkShape(
  folder: string,
  name: string,
  { dims }: NativeTensor,
  expected: readonly number[],
): void {
  if (dims.join() !== expected.join() || expected.includes(0))
    throw new ShapeError(`${folder}: ${name}`, `[${expected.join(', ')}], nowhere 0`, dims)
}

/** @throws {ModelError} The elements are of another type. */
export function floats(folder: string, name: string, { type, data }: NativeTensor): Float32Array {
  if (data instanceof Float32Array) return data
  throw new ModelError(folder, `${name}: expected float32, got ${type}`)
}

/** One run with the inputs that the network takes. @throws {ModelError} With the runtime's reason. */
export async function run(
  folder: string,
  session: NativeSession,
  given: Readonly<Record<string, PackageTensor>>,
  more: Readonly<Record<string, NativeTensor>> = {},
): Promise<Readonly<Record<string, NativeTensor>>> {
  const all: Record<string, NativeTensor> = { ...more }
  for (const [name, tensor] of Object.entries(given)) all[name] = tensor.ort_tensor
  const feeds = Object.fromEntries(session.inputNames.map((name) => [name, all[name]!]))
  try {
    return await session.run(feeds)
  } catch (cause) {
    throw new ModelError(folder, `cannot be run: ${(cause as Error).message}`, { cause })
  }
}

/** The photograph as the package has them. */
export const rawImage = (hub: Transformers, { data, width, height }: Image): object =>
  new hub.RawImage(data, width, height, 3)

/** @throws {ModelError} A number that decides is none. */
export function checkNumber(folder: string, value: number): void {
  if (Number.isNaN(value)) throw new ModelError(folder, 'computes NaN: its file or its precision is unfit')
}
