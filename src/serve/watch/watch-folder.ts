/**
 * A station that watches a folder: every picture that is put there is judged once, and its verdict lies in a file.
 *
 * Exactly once across crashes: a file's identity (path, size, time, node) is the idempotency key of its record, so that one that was
 * recorded and has no verdict file yet gets the same verdict again; and a verdict file names the identity of what it is about.
 * Folders are looked at twice a second, without events of the system: those are missing on network shares, and get lost in a rush.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../errors.ts'
import { isSystemError } from '../../files/atomic.ts'
import { sha256 } from '../../files/hash.ts'
import type { InspectFields } from '../../wire/serve/inspect.ts'
import type { WatchState } from '../../wire/serve/watch.ts'
import type { Context } from '../context.ts'
import { startDeadline } from '../inspection/deadline.ts'
import type { InspectPart } from '../inspection/inspect-part.ts'
import { sentPicture } from '../inspection/open-picture.ts'
import { ProblemError } from '../problem.ts'
import { listPictures, lookAt } from './list-files.ts'
import { moveFile } from './move-file.ts'
import { createSettling, identityOf, type SeenFile } from './settling.ts'
import { hasVerdict, writeVerdict } from './verdict-file.ts'

export interface WatchOptions {
  readonly folder: string
  /** For verdicts; null for beside the pictures. */
  readonly out: string | null
  /** Where judged pictures are moved, into a folder by their verdict; null for leaving them. */
  readonly move: string | null
  /** Part id of a file: its first group, searched for in the path below the folder. */
  readonly partPattern: string | null
  readonly settleMs: number
}

export interface FolderWatch {
  /** Resolves when what is under way is judged. */
  stop(): Promise<void>
  state(): WatchState
  /** Files that are known and not judged yet. */
  readonly waiting: number
  /** Files that were read so far, those that were found unfinished too. */
  readonly tries: number
}

const pollMs = 500
/** A file that is damaged, and not merely unfinished, stays so for this long. */
const patienceMs = 20_000
/** Files that were judged are looked at again so many at a time: one may have been put in the place of another. */
const lookedAtAgain = 500
/** Decoding of one goes on while another is judged. */
const atOnce = 2
const verdictMs = 600_000

/** @throws The system's error where the folder cannot be read. */
export async function watchFolder(
  options: WatchOptions,
  context: Context,
  inspectPart: InspectPart,
): Promise<FolderWatch> {
  const { folder, out, move, settleMs } = options
  const { log, metrics, events, now } = context
  const settling = createSettling({ settleMs, patienceMs })
  const passedOver = new Set([out, move].filter((path) => path !== null))
  const queue: SeenFile[] = []
  const working = new Set<Promise<void>>()
  let isStopped = false
  let trouble: string | null = null
  let again = 0
  let tries = 0

  const judge = async (file: SeenFile): Promise<void> => {
    if (move === null && (await hasVerdict(out ?? folder, file))) return settling.done(file)
    const said = await verdictOn(file)
    if (said === null) return
    const place = move === null ? null : join(move, said.answer?.verdict ?? 'unjudged')
    await writeVerdict(out ?? place ?? folder, file, said)
    if (place !== null) await moveFile(join(folder, file.path), join(place, file.path))
    settling.done(file)
  }

  /** Null where it may still become a picture, has become another, or has gone. */
  const verdictOn = async (file: SeenFile): Promise<Parameters<typeof writeVerdict>[2] | null> => {
    const deadline = startDeadline(verdictMs)
    const isUnfinished = (error: unknown): boolean =>
      error instanceof InputError && settling.isUnfinished(file, performance.now())
    try {
      const bytes = await readFile(join(folder, file.path))
      tries++
      if (!(await isStill(file))) {
        settling.forget(file.path)
        return null
      }
      const sent = { pictures: [sentPicture(bytes)], fields: fieldsOf(file, options.partPattern) }
      const answer = await inspectPart(sent, {
        ...{ source: 'watch', deadline, since: performance.now() },
        isTold: (error) => !isUnfinished(error) && !isWithoutModel(error),
      })
      return { answer, reason: null }
    } catch (error) {
      if (isSystemError(error) && error.code === 'ENOENT') return null
      if (isWithoutModel(error)) settling.later(file, performance.now())
      if (isWithoutModel(error) || isUnfinished(error)) return null
      if (!(error instanceof InputError) && !(error instanceof ProblemError)) throw error
      metrics.refusals.inc({ state: 'failed' })
      return { answer: null, reason: error.message }
    } finally {
      deadline.end()
    }
  }
  const isStill = async (file: SeenFile): Promise<boolean> => {
    const [now] = await lookAt(folder, [file.path])
    return now !== undefined && identityOf(now) === identityOf(file)
  }

  const work = (): void => {
    while (!isStopped && working.size < atOnce) {
      const file = queue.shift()
      if (file === undefined) return
      const one = judge(file)
        .catch((error: unknown) => {
          log.error({ reason: (error as Error).message, stack: (error as Error).stack }, 'a watched file')
          settling.later(file, performance.now())
        })
        .finally(() => {
          working.delete(one)
          work()
        })
      working.add(one)
    }
  }

  const look = async (): Promise<void> => {
    const paths = await listPictures(folder, passedOver)
    settling.keepOnly(new Set(paths))
    const done = paths.filter((path) => settling.isDone(path))
    again = again >= done.length ? 0 : again
    const few = done.slice(again, again + lookedAtAgain)
    again += few.length
    const fresh = paths.filter((path) => !settling.isDone(path))
    queue.push(...settling.look(await lookAt(folder, [...fresh, ...few]), performance.now()))
    work()
  }
  const tell = (state: 'up' | 'down', detail: string | null): void => {
    trouble = detail
    events.tell({ kind: 'state', at: now().toISOString(), what: 'watch', name: 'watch', state, detail })
  }

  await look()
  let looking: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  const next = (ms: number): void => {
    clearTimeout(timer)
    if (isStopped) return
    timer = setTimeout(() => {
      looking = look().then(
        () => {
          if (trouble !== null) tell('up', null)
          next(pollMs)
        },
        (error: Error) => {
          if (trouble === null) {
            log.error({ reason: error.message }, 'the watched folder cannot be read')
            tell('down', error.message)
          }
          next(4 * pollMs)
        },
      )
    }, ms)
  }
  next(pollMs)
  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await looking
      await Promise.all(working)
    },
    state: () => ({ folder, trouble, waiting: queue.length + working.size }),
    get tries() {
      return tries
    },
    get waiting() {
      return queue.length + working.size
    },
  }
}

const isWithoutModel = (error: unknown): boolean =>
  error instanceof ProblemError && error.facts.state === 'no-model'

function fieldsOf(file: SeenFile, partPattern: string | null): InspectFields {
  const part = partPattern === null ? undefined : new RegExp(partPattern, 'u').exec(file.path)?.[1]
  return {
    idempotencyKey: `watch:${sha256(`${file.path}\n${identityOf(file)}`)}`,
    capturedAt: new Date(file.mtimeMs).toISOString(),
    ...(part !== undefined && part !== '' && { part: part.slice(0, 200) }),
    map: 'none',
  }
}
