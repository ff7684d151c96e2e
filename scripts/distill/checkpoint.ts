/** An interrupted training as one file: all that the next step needs, and the curve so far. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { decodeTensorFile, encodeTensorFile, type TensorFileKind } from '../../src/detector/tensor-file.ts'
import { isSystemError, writeFileAtomic } from '../../src/files/atomic.ts'
import type { TrainingState } from '../../src/graph/index.ts'
import type { Parameters } from './initial-parameters.ts'

export interface DistillCheckpoint {
  readonly state: TrainingState
  /** Running mean of the weights. */
  readonly mean: Parameters
  /** Running mean of the loss; null before the first step. */
  readonly loss: number | null
  /** Lines of the curve. */
  readonly curve: readonly string[]
}

const settings = z.strictObject({
  options: z.string(),
  loss: z.number().nullable(),
  curve: z.array(z.string()),
})
const kind: TensorFileKind<z.infer<typeof settings>> = {
  name: 'distil.checkpoint',
  magic: 'PLDS',
  version: 2,
  settings,
}

const meanPrefix = 'mean/'

/** @param options - In words; a checkpoint of others is not gone on with. */
export async function writeCheckpoint(
  path: string,
  options: string,
  { state, mean, loss, curve }: DistillCheckpoint,
): Promise<void> {
  const means = Object.fromEntries(Object.entries(mean).map(([name, data]) => [meanPrefix + name, data]))
  const tensors = { ...state, ...means }
  await writeFileAtomic(
    path,
    encodeTensorFile(kind, { settings: { options, loss, curve: [...curve] }, tensors }),
  )
}

/** Undefined where there is none. @throws {Error} It is of a training with other options. */
export async function readCheckpoint(path: string, options: string): Promise<DistillCheckpoint | undefined> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (isSystemError(error) && error.code === 'ENOENT') return undefined
    throw error
  })
  if (bytes === undefined) return undefined
  const { settings, tensors } = decodeTensorFile(kind, bytes)
  if (settings.options !== options) {
    throw new Error(
      `${path}: is of a training with other options: expected ${options}, found ${settings.options}; name another --work`,
    )
  }
  const isMean = ([name]: readonly [string, unknown]) => name.startsWith(meanPrefix)
  const entries = Object.entries(tensors)
  return {
    state: Object.fromEntries(entries.filter((entry) => !isMean(entry))),
    mean: Object.fromEntries(
      entries.filter(isMean).map(([name, data]) => [name.slice(meanPrefix.length), data]),
    ),
    loss: settings.loss,
    curve: settings.curve,
  }
}
