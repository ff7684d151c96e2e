/**
 * A model from the Hugging Face hub into the models folder, where somebody asked for that: the missing files, at one commit.
 *
 * Our own few lines rather than the package's download, which takes tokenizers from the newest commit whatever revision was asked
 * for, and loads what it fetches before anybody could look at it. The package itself never gets to the network.
 */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { CancelledError, ModelError } from '../../errors.ts'
import { replaceAtomic } from '../../files/atomic.ts'
import { checkCancelled, type Task } from '../../task.ts'
import { missingFiles, neededFiles, type Role, weightFiles } from './model-files.ts'
import { type ModelName, modelFolder } from './model-name.ts'
import type { Precision } from './settings.ts'

const hub = 'https://huggingface.co'

const listingSchema = z.object({
  /** The commit that the revision stands for. */
  sha: z.string().regex(/^[\da-f]{40}$/),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      /** Large files have their hash here. */
      lfs: z.object({ sha256: z.string() }).nullish(),
    }),
  ),
})

export interface Fetching {
  readonly root: string
  readonly model: ModelName
  readonly role: Role
  readonly precision: Precision
  /** Commit that the lock pins; null where it knows none. */
  readonly pinned: string | null
}

/**
 * Files that are there stay as they are.
 *
 * @returns The commit of the fetched files; null where nothing was missing.
 * @throws {ModelError} The hub cannot be reached, has no such model or file, or sends another file than it announces.
 * @throws {InputError} The folder cannot be written. @throws {CancelledError} Whole files stay.
 */
export async function fetchModel(
  { root, model, role, precision, pinned }: Fetching,
  task: Task,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<string | null> {
  const folder = modelFolder(root, model)
  const needed = neededFiles(role, precision)
  if ((await missingFiles(folder, needed)).length === 0) return null
  const revision = model.revision ?? pinned ?? 'main'
  const source = `${hub}/api/models/${model.id}/revision/${encodeURIComponent(revision)}?blobs=true`
  const answer = await request(source, folder, fetch, task)
  const listing = listingSchema.safeParse(await answer.json().catch(() => null))
  if (!listing.success) throw new ModelError(source, 'does not answer with a list of files')
  const { sha, siblings } = listing.data
  if (model.revision !== null && sha !== model.revision)
    throw new ModelError(source, `expected commit ${model.revision}, got ${sha}`)
  const names = siblings.map(({ rfilename }) => rfilename)
  const absent = needed.find((name) => !names.includes(name))
  if (absent !== undefined) {
    const networks = names.filter((name) => name.endsWith('.onnx'))
    throw new ModelError(
      `${hub}/${model.id}`,
      `has no ${absent} at ${sha}; it has ${networks.join(', ') || 'no ONNX files'}`,
    )
  }
  // Weights before their network: a network that is there has its weights, wherever an earlier run was stopped.
  for (const name of await missingFiles(folder, [...weightFiles(needed, names), ...needed])) {
    const announced = siblings.find(({ rfilename }) => rfilename === name)?.lfs?.sha256 ?? null
    const url = `${hub}/${model.id}/resolve/${sha}/${name}`
    await download(url, join(folder, name), announced, fetch, task)
  }
  return sha
}

async function download(
  url: string,
  path: string,
  announced: string | null,
  fetch: typeof globalThis.fetch,
  task: Task,
): Promise<void> {
  const response = await request(url, path, fetch, task)
  const length = Number(response.headers.get('content-length') ?? Number.NaN)
  const total = Number.isFinite(length) && response.headers.get('content-encoding') === null ? length : null
  const progress = task.progress(`fetch ${basename(path)}`, 'bytes')
  try {
    await replaceAtomic(path, async (temporary) => {
      const hash = createHash('sha256')
      const file = await open(temporary, 'w')
      let done = 0
      try {
        for await (const chunk of chunksOf(response, path, url, task)) {
          hash.update(chunk)
          await file.writeFile(chunk)
          done += chunk.length
          progress.update(done, total)
        }
      } finally {
        await file.close()
      }
      if (total !== null && done !== total) {
        throw new ModelError(url, `should have ${total} bytes, ended after ${done}; nothing was kept`)
      }
      const found = hash.digest('hex')
      if (announced !== null && found !== announced) {
        throw new ModelError(
          url,
          `is not what the hub announces: expected sha256 ${announced}, got ${found}; nothing was kept`,
        )
      }
    })
  } finally {
    progress.end()
  }
}

async function* chunksOf(
  response: Response,
  path: string,
  url: string,
  task: Task,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response.body ?? []) {
      checkCancelled(task)
      yield chunk
    }
  } catch (cause) {
    throw networkError(cause, path, url, task)
  }
}

/** One GET; redirects (the hub's large files lie elsewhere) must stay on https. */
async function request(
  url: string,
  path: string,
  fetch: typeof globalThis.fetch,
  task: Task,
): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, { signal: task.signal })
  } catch (cause) {
    throw networkError(cause, path, url, task)
  }
  if (!response.ok) throw new ModelError(url, `is refused by the server: status ${response.status}`)
  if (response.url !== '' && !response.url.startsWith('https:')) {
    throw new ModelError(url, `leads to ${response.url}; expected https`)
  }
  return response
}

function networkError(cause: unknown, path: string, url: string, task: Task): Error {
  if (task.signal.aborted) return new CancelledError()
  const { message, cause: inner } = cause as Error
  const reason = inner instanceof Error ? inner.message : message
  return new ModelError(
    path,
    `cannot be downloaded: ${reason}. Without a connection: fetch ${url} elsewhere and save it there`,
    { cause },
  )
}
