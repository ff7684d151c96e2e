/** What a step leaves: a value, and files by the hash of their contents. Itself a content of the store. */
import { z } from 'zod'
import { InputError } from '../errors.ts'
import { getBlob, resultKey, type Store } from './store.ts'

const hash = z.string().regex(/^[0-9a-f]{64}$/)

const stepResultSchema = z.strictObject({
  step: hash,
  /** Of its kind; read by the schema of the kind. */
  value: z.unknown(),
  /** By the path relative to the folder of the run; `/` between names. */
  files: z.array(z.strictObject({ path: z.string(), sha256: hash, bytes: z.number() })),
  /** By whom: named in the result of the whole where several kinds of machines had a hand in it. */
  worker: z.strictObject({
    name: z.string(),
    processor: z.string(),
    node: z.string(),
    onnxruntime: z.string(),
  }),
  seconds: z.number(),
})

export type StepResult = z.infer<typeof stepResultSchema>
export type WorkerFacts = StepResult['worker']

const pointerSchema = z.strictObject({ step: hash, result: hash })

/** @returns Undefined where there is none, or not all of it is there: the step has to be done again. */
export async function readStepResult(
  store: Store,
  id: string,
  result: string,
): Promise<StepResult | undefined> {
  const bytes = await getBlob(store, result)
  const parsed = bytes && stepResultSchema.safeParse(jsonOf(bytes))
  return parsed?.success && parsed.data.step === id ? parsed.data : undefined
}

/** One of its files. @throws {InputError} It is gone from the store, or damaged. */
export async function readResultFile(
  store: Store,
  { path, sha256 }: StepResult['files'][number],
): Promise<Uint8Array> {
  const bytes = await getBlob(store, sha256)
  if (bytes === undefined)
    throw new InputError(store.place, `the file ${path} of a result is gone or damaged: start again`)
  return bytes
}

/** Hash of the result that was recorded for a step; undefined where none was. */
export async function findRecorded(store: Store, id: string): Promise<string | undefined> {
  const bytes = await store.get(resultKey(id))
  const parsed = bytes && pointerSchema.safeParse(jsonOf(bytes))
  return parsed?.success && parsed.data.step === id ? parsed.data.result : undefined
}

/**
 * Once the queue has recorded the result, whose word counts: for whoever asks when the queue is gone.
 *
 * @throws {InputError} The store cannot be written.
 */
export async function recordInStore(store: Store, id: string, result: string): Promise<void> {
  if ((await findRecorded(store, id)) !== undefined) return
  await store.put(resultKey(id), new TextEncoder().encode(JSON.stringify({ step: id, result })))
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined // no result: the caller does it again
  }
}
