/** The parity gate once more, on any machine: does an exported folder still hold what was made, and does it give the same here? */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { InputError, ModelError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import { decodeNpy } from '../files/npy.ts'
import { readBytes } from '../files/read-bytes.ts'
import type { Image } from '../image/image.ts'
import { decodeFloat16 } from '../math/float16.ts'
import { quietTask, type Task } from '../task.ts'
import { type Parity, type ParityFixture, type ParityStage, paritySchema } from '../wire/parity.ts'
import { repeated } from './fixture-pictures.ts'
import type { StageValues } from './gate.ts'
import { prove } from './prove.ts'

export interface Verification {
  readonly runtime: string
  readonly fixtures: number
  /** Largest deviation of each stage, as a share of what is allowed. */
  readonly worst: Partial<Record<ParityStage, number>>
  readonly ties: number
}

/**
 * @throws {InputError} There is no such folder. @throws {ModelError} A file is missing or altered, or a stage gives something else here.
 */
export async function verifyExport(
  folder: string,
  threads: number = availableParallelism(),
  task: Task = quietTask,
): Promise<Verification> {
  const parity = await readParity(folder)
  const files = await readFiles(folder, parity)
  const { model } = parity
  const fixtures = parity.fixtures.map((fixture) => ({
    name: fixture.name,
    picture: () => fixtureImage(fixture, files),
    golden: () => goldenOf(fixture, files),
  }))
  const models = { diagnostic: listed(model.diagnostic, files), model: listed(model.file, files) }
  const machine = { device: 'cpu', threads }
  const proven = await prove(join(folder, model.file), models, parity, fixtures, machine, task)
  return { ...proven, fixtures: fixtures.length }
}

/** @throws {InputError} No such folder. @throws {ModelError} It is no export folder of this version. */
export async function readParity(folder: string): Promise<Parity> {
  const path = join(folder, 'parity.json')
  let json: unknown
  try {
    json = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    if (isSystemError(cause)) throw new InputError(path, systemReason(cause), { cause })
    throw new ModelError(path, 'is not JSON', { cause })
  }
  const parsed = paritySchema.safeParse(json)
  if (parsed.success) return parsed.data
  const first = parsed.error.issues[0]!
  throw new ModelError(path, `is not of this version: ${first.path.join('.')}: ${first.message}`)
}

async function readFiles(folder: string, { files }: Parity): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>()
  for (const [name, expected] of Object.entries(files)) {
    const path = join(folder, name)
    const bytes = await readBytes(path, ModelError)
    if (bytes.length !== expected.bytes || sha256(bytes) !== expected.sha256) {
      throw new ModelError(path, 'its sha256 differs from the one in parity.json: the file was altered')
    }
    contents.set(name, bytes)
  }
  return contents
}

type Files = ReadonlyMap<string, Uint8Array>

function listed(name: string, files: Files): Uint8Array {
  const bytes = files.get(name)
  if (bytes === undefined) throw new ModelError(name, 'is not listed in parity.json')
  return bytes
}

const arrayOf = (name: string, files: Files) => decodeNpy(name, listed(name, files))

export function fixtureImage({ image: { file, repeat } }: ParityFixture, files: Files): Image {
  const { shape, data } = arrayOf(file, files)
  const [height, width, channels] = shape
  const isPicture = shape.length === 3 && (channels === 3 || channels === 1) && height && width
  if (!(data instanceof Uint8Array) || !isPicture) {
    throw new ModelError(file, `expected bytes of shape [height, width, 3 or 1], found [${shape.join(', ')}]`)
  }
  const rgb =
    channels === 3 ? data : Uint8Array.from({ length: 3 * data.length }, (_, i) => data[Math.floor(i / 3)]!)
  return repeated({ image: { width, height, data: rgb }, repeat })
}

export function goldenOf({ golden }: ParityFixture, files: Files): StageValues {
  const floats = (name: string): Float32Array => {
    const { data } = arrayOf(name, files)
    if (data instanceof Float32Array) return data
    if (data instanceof Uint16Array) return decodeFloat16(data)
    throw new ModelError(name, 'expected numbers of float32 or float16')
  }
  return {
    score: golden.score,
    verdict: golden.verdict,
    frame: golden.frame,
    map: floats(golden.map),
    resized: arrayOf(golden.resized, files).data as Uint8Array,
    features: Object.fromEntries(
      Object.entries(golden.features).map(([stage, name]) => [stage, floats(name)]),
    ),
  }
}
