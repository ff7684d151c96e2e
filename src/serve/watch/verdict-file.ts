/** The verdict on a watched picture as a file: beside it, or at the same path below a folder of its own. */
import { join } from 'node:path'
import { z } from 'zod'
import { InputError } from '../../errors.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { maybeReadJson } from '../../files/read-json.ts'
import { inspectAnswerSchema } from '../../wire/serve/inspect.ts'
import { identityOf, type SeenFile } from './settling.ts'

export const verdictFileSchema = z.strictObject({
  version: z.literal(1),
  /** Below the watched folder. */
  file: z.string(),
  /** Of the file that was judged: another one in its place is judged anew. */
  identity: z.string(),
  /** Null where there is no verdict, which never means good; `reason` says why. */
  answer: inspectAnswerSchema.nullable(),
  reason: z.string().nullable(),
})

export type VerdictFile = z.infer<typeof verdictFileSchema>

const verdictPath = (folder: string, path: string): string => join(folder, `${path}.verdict.json`)

export const writeVerdict = (
  folder: string,
  file: SeenFile,
  said: Pick<VerdictFile, 'answer' | 'reason'>,
): Promise<void> => {
  const document: VerdictFile = { version: 1, file: file.path, identity: identityOf(file), ...said }
  return writeFileAtomic(verdictPath(folder, file.path), `${JSON.stringify(document, null, 2)}\n`)
}

/** Whether there is one of this very file. One that cannot be read is none. */
export async function hasVerdict(folder: string, file: SeenFile): Promise<boolean> {
  try {
    const found = await maybeReadJson(verdictPath(folder, file.path), verdictFileSchema)
    return found?.identity === identityOf(file)
  } catch (error) {
    if (error instanceof InputError) return false
    throw error
  }
}
