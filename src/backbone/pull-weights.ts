/**
 * Downloads pretrained weights: resumed, verified, and put in place in one step.
 *
 * Bytes go to `<file>.partial`; an interrupted download keeps them and the next one goes on from there (only where the
 * hash is pinned or within one call: an unpinned source might have changed in between). The file gets its name after
 * its hash and its structure have been checked. Connections are https only, redirects included.
 */
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CancelledError, InputError, ModelError, PlumblineError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { sha256File } from '../files/hash.ts'
import { checkCancelled, type Task } from '../task.ts'
import { checkWeightsFile, type Trust, writeRecord } from './check-weights.ts'
import { openSafetensors } from './safetensors.ts'
import { type WeightsEntry, weightsEntry, weightsFileName } from './weights-registry.ts'

export interface PullOptions {
  readonly task: Task
  readonly fetch?: typeof globalThis.fetch
  /** Waits before the n-th try after a failure of the network (n from 1), in milliseconds. */
  readonly backoffMs?: (attempt: number) => number
}

export interface PulledWeights {
  readonly name: string
  readonly path: string
  readonly sha256: string
  readonly bytes: number
  /** False when a good file was there already. */
  readonly downloaded: boolean
  readonly trust: Trust
}

const mostFailures = 5 // in a row, without a byte gained
const mostRedirects = 5
const largestFile = 2 ** 31 // bytes; the largest entry has 276 MB

/** A failure of the network, which may pass: worth another try. */
class TransientError extends Error {}

/**
 * @param folder - Made if it is not there.
 * @throws {UsageError} An unknown name.
 * @throws {ModelError} Offline, refused by the server, or not the file it should be; says what to put where by hand.
 * @throws {InputError} The folder cannot be written, e.g. the disk is full; what has come so far is kept.
 * @throws {CancelledError} The task was cancelled; what has come so far is kept.
 */
export async function pullWeights(
  name: string,
  folder: string,
  options: PullOptions,
): Promise<PulledWeights> {
  return pullEntry(weightsEntry(name), folder, options)
}

/** As {@link pullWeights}, for an entry that need not be in the registry. */
export async function pullEntry(
  entry: WeightsEntry,
  folder: string,
  options: PullOptions,
): Promise<PulledWeights> {
  const { task } = options
  const path = join(folder, weightsFileName(entry.name))
  const partial = `${path}.partial`
  try {
    const present = await findSize(path)
    if (present !== undefined) return await keepPresent(entry, path, present)
    await mkdir(folder, { recursive: true })
    if (entry.sha256 === null) await rm(partial, { force: true })
    const announced = await download(entry, partial, path, options)
    checkCancelled(task)
    const sha256 = await sha256File(partial)
    const expected = entry.sha256 ?? announced
    if (expected !== null && sha256 !== expected) {
      await rm(partial)
      throw new ModelError(
        entry.url,
        `is not the expected file: sha256 should be ${expected}, is ${sha256}; nothing was kept`,
      )
    }
    await openSafetensors(partial).catch(async (cause: unknown) => {
      await rm(partial)
      throw cause
    })
    await writeRecord(path, sha256)
    await rename(partial, path)
    const { size } = await stat(path)
    return { name: entry.name, path, sha256, bytes: size, downloaded: true, trust: trustOf(entry) }
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw new InputError(cause.path ?? partial, `cannot be written: ${systemReason(cause)}`, { cause })
  }
}

const trustOf = (entry: WeightsEntry): Trust => (entry.sha256 === null ? 'recorded' : 'registered')

/** A file that is there is never overwritten: it is right, or its owner decides. */
async function keepPresent(entry: WeightsEntry, path: string, bytes: number): Promise<PulledWeights> {
  const { sha256, trust } = await checkWeightsFile(entry.name, path)
  if (trust === 'unknown' && sha256 !== entry.sha256) {
    throw new ModelError(
      path,
      `is there already, and its sha256 ${sha256} is not known` +
        `${entry.sha256 === null ? '' : ` (expected ${entry.sha256})`}; move it away to pull ${entry.name}`,
    )
  }
  return { name: entry.name, path, sha256, bytes, downloaded: false, trust }
}

/** Fills `partial`, trying again while the network fails. Returns the hash that the server announced, if any. */
async function download(
  entry: WeightsEntry,
  partial: string,
  path: string,
  { task, fetch = globalThis.fetch, backoffMs = (attempt) => 500 * 2 ** attempt }: PullOptions,
): Promise<string | null> {
  const progress = task.progress(`pull ${entry.name}`, 'bytes')
  try {
    for (let failures = 0; ; ) {
      checkCancelled(task)
      const before = (await findSize(partial)) ?? 0
      try {
        return await transfer(entry, partial, before, fetch, task.signal, (done, total) =>
          progress.update(done, total),
        )
      } catch (cause) {
        if (task.signal.aborted) throw new CancelledError()
        if (!(cause instanceof TransientError)) throw cause
        const gained = ((await findSize(partial)) ?? 0) > before
        failures = gained ? 1 : failures + 1
        if (failures >= mostFailures) throw new ModelError(path, byHand(entry, path, cause), { cause })
        task.note(`${cause.message}; trying again (${failures} of ${mostFailures - 1})`)
        await sleep(backoffMs(failures), undefined, { signal: task.signal }).catch(() => {})
      }
    }
  } finally {
    progress.end()
  }
}

/** What to do where the download cannot work. */
function byHand(entry: WeightsEntry, path: string, cause: Error): string {
  const hash = entry.sha256 === null ? '' : ` (sha256 ${entry.sha256})`
  return (
    `cannot be downloaded: ${cause.message}. Without a connection: fetch ${entry.url}${hash} elsewhere and save it ` +
    `as ${weightsFileName(entry.name)} in ${resolve(dirname(path))}, or name the folder it is in with --weights DIR ` +
    'or PLUMBLINE_WEIGHTS'
  )
}

/** One request, from byte `offset` on where the server agrees. */
async function transfer(
  entry: WeightsEntry,
  partial: string,
  offset: number,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
  report: (done: number, total: number | null) => void,
): Promise<string | null> {
  const { response, announced } = await request(entry.url, offset, fetch, signal)
  const refuse = (reason: string): never => {
    throw new ModelError(entry.url, reason)
  }
  if (response.status === 416) {
    // The partial file reaches the end of the source or beyond: it is whole, or it is another file.
    await response.body?.cancel()
    const total = Number(/\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1] ?? NaN)
    if (offset === total) return announced
    await rm(partial, { force: true })
    throw new TransientError('the partial download does not fit the source')
  }
  const resumes = response.status === 206
  const start = resumes ? offset : 0
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
  if (resumes && Number(range?.[1]) !== offset) refuse('answered with another range than asked for')
  const length = response.headers.get('content-length')
  const isPlain = response.headers.get('content-encoding') === null
  const total = resumes ? Number(range?.[2]) : length !== null && isPlain ? Number(length) : entry.bytes
  if (total !== null && entry.bytes !== null && total !== entry.bytes) {
    refuse(`should have ${entry.bytes} bytes, but has ${total}`)
  }
  const limit = total ?? largestFile
  if (limit > largestFile) refuse(`has ${limit} bytes, more than the ${largestFile} allowed`)

  const file = await open(partial, resumes ? 'a' : 'w')
  let done = start
  try {
    for await (const chunk of chunks(response)) {
      done += chunk.length
      if (done > limit) refuse(`sends more than ${limit} bytes`)
      await file.writeFile(chunk) // all of it, at the current position
      report(done, total)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  if (total !== null && done < total)
    throw new TransientError(`the connection closed at ${done} of ${total} bytes`)
  return announced
}

/** The body's pieces; whatever breaks it is the network's failure. */
async function* chunks(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body === null) return
  const reader = response.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new TransientError(`the connection broke (${reasonOf(cause)})`, { cause })
      })
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {}) // already broken or closed: nothing left to release
  }
}

/** Follows redirects by hand, since each must be https and the first may announce the file's hash. */
async function request(
  url: string,
  offset: number,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<{ response: Response; announced: string | null }> {
  let current = new URL(url)
  let announced: string | null = null
  for (let hop = 0; hop <= mostRedirects; hop++) {
    if (current.protocol !== 'https:') throw new ModelError(current.href, 'is not an https address')
    const headers = { 'accept-encoding': 'identity', ...(offset > 0 ? { range: `bytes=${offset}-` } : {}) }
    let response: Response
    try {
      response = await fetch(current, { headers, redirect: 'manual', signal })
    } catch (cause) {
      if (cause instanceof PlumblineError) throw cause
      throw new TransientError(`${current.host} cannot be reached (${reasonOf(cause)})`, { cause })
    }
    // The Hugging Face hub names the sha256 of large files so; of no use against a hostile server, but of use.
    announced ??= /^"?([0-9a-f]{64})"?$/.exec(response.headers.get('x-linked-etag') ?? '')?.[1] ?? null
    const location = response.headers.get('location')
    if ([301, 302, 303, 307, 308].includes(response.status) && location !== null) {
      await response.body?.cancel()
      current = new URL(location, current)
      continue
    }
    if (response.status === 200 || response.status === 206 || response.status === 416)
      return { response, announced }
    await response.body?.cancel()
    const reason = `${current.host} answered ${response.status} ${response.statusText}`.trimEnd()
    if (response.status >= 500 || response.status === 429) throw new TransientError(reason)
    throw new ModelError(url, `cannot be downloaded: ${reason}`)
  }
  throw new ModelError(url, `redirects more than ${mostRedirects} times`)
}

/** The innermost reason of a failed request: `fetch failed` alone helps nobody. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof Error) return reasonOf(error.cause)
  const { code } = error as NodeJS.ErrnoException
  return error.message === '' ? (code ?? error.name) : error.message
}

async function findSize(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (cause) {
    if (isSystemError(cause) && cause.code === 'ENOENT') return undefined
    throw cause
  }
}
