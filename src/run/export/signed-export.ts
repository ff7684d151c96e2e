/** Exporting and verifying with a word on who made it: the model's signature asked for, the export's written. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Verification, verifyExport as verifyFolder } from '../../export/verify-export.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { readBytes } from '../../files/read-bytes.ts'
import { readSigner, readTrustedKey, signatureName } from '../../files/signature.ts'
import { makeRequest } from '../../options/request.ts'
import { type ExportOptions, exportAsk } from '../../options/requests/export.ts'
import { quietTask, type Task } from '../../task.ts'
import type { Parity } from '../../wire/parity.ts'
import { exportModel as exportUnsigned } from './export-model.ts'

/** Holds the hashes of all files of an export. */
const parityName = 'parity.json'

/**
 * As `export-model.ts`; with `trust` of a model that this key has signed alone, with `sign` signed.
 *
 * @throws {ModelError} The model is not signed by whom is trusted. @throws {InputError} A key cannot be read.
 */
export async function exportModel(options: ExportOptions, task: Task = quietTask): Promise<Parity> {
  const request = await makeRequest(exportAsk, options)
  const { model, out, sign, trust } = request
  const signer = sign === null ? null : await readSigner(sign)
  if (trust !== null) await checkSigned(model, 'model.json', trust)
  const parity = await exportUnsigned(request, task)
  if (signer !== null) {
    const signature = signer.sign(parityName, await readFile(join(out, parityName)))
    await writeFileAtomic(join(out, signatureName), signature)
  }
  return parity
}

/**
 * As `verify-export.ts`.
 *
 * @param trust - File of the public key that must have signed the export; null for anybody, or nobody.
 * @throws {ModelError} It was signed by another, by nobody, or was altered since.
 */
export async function verifyExport(
  folder: string,
  threads?: number,
  task: Task = quietTask,
  trust: string | null = null,
): Promise<Verification> {
  if (trust !== null) await checkSigned(folder, parityName, trust)
  return verifyFolder(folder, threads, task)
}

async function checkSigned(folder: string, file: string, trust: string): Promise<void> {
  const key = await readTrustedKey(trust)
  await key.check(folder, file, await readBytes(join(folder, file)))
}
