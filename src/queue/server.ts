/**
 * The server that keeps a queue: Redis or Valkey, or PostgreSQL, by the URL. BullMQ speaks to each; here is what differs, and what
 * is said when one cannot be used.
 */
import type { Queue as BullQueue, Worker as BullWorker, Processor, QueueOptions, WorkerOptions } from 'bullmq'
import { UsageError } from '../errors.ts'
import { isPostgresUrl, problemOfUrl, withoutPassword } from '../work/queue-url.ts'
import { serverError } from './server-errors.ts'

/** What a job carries: the rest is in the store. */
export interface JobData {
  readonly kind: string
  readonly label: string
}

/** What the row of a finished job says. */
export interface JobResult {
  readonly result: string
  readonly worker: string
}

export type Queue = BullQueue<JobData, JobResult>
export type Worker = BullWorker<JobData, JobResult>

export interface Server {
  /** The URL without the password. */
  readonly place: string
  queue(lane: string): Queue
  worker(
    lane: string,
    processor: Processor<JobData, JobResult>,
    options: Omit<WorkerOptions, 'connection'>,
  ): Worker
  /** By how many milliseconds this machine's clock is ahead of the server's; 0 where the server's alone counts. */
  clockAhead(): Promise<number>
  close(): Promise<void>
}

/** Jobs that wait, whatever for, and jobs that are worked on. */
export async function countJobs(
  queue: Queue,
): Promise<{ readonly waiting: number; readonly active: number }> {
  const counts = await queue.getJobCounts('waiting', 'active', 'prioritized', 'delayed')
  const { waiting = 0, prioritized = 0, delayed = 0, active = 0 } = counts
  return { waiting: waiting + prioritized + delayed, active }
}

/**
 * Connects once, to see that it can be used.
 *
 * @throws {UsageError} Another kind of URL, or a package is not installed.
 * @throws {InputError} The server cannot be reached, or refuses the password.
 */
export async function openServer(url: string): Promise<Server> {
  const problem = problemOfUrl(url)
  if (problem !== undefined) throw new UsageError(`--queue: ${problem}`)
  const place = withoutPassword(url)
  const isPostgres = isPostgresUrl(url)
  const bull = await need('bullmq', () => import('bullmq'))
  try {
    return isPostgres ? await openPostgres(url, place, bull) : await openRedis(url, place, bull)
  } catch (error) {
    throw serverError(place, error)
  }
}

async function openRedis(url: string, place: string, bull: typeof import('bullmq')): Promise<Server> {
  const { Redis } = await need('ioredis', () => import('ioredis'))
  const address = url.replace(/^valkey/, 'redis')
  const probe = new Redis(address, {
    lazyConnect: true,
    connectTimeout: 5000,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  })
  let failure: unknown
  let isMet = false
  probe.on('error', (error) => {
    failure ??= error
  })
  probe.on('connect', () => {
    isMet = true
  })
  try {
    await probe.connect()
    await probe.ping()
  } catch (error) {
    if (failure !== undefined) throw failure // the connection tells why, the command only that there is none
    const isEnded = isMet && error instanceof Error && error.message.startsWith('Connection is closed')
    throw isEnded ? Object.assign(error, { code: 'ECONNRESET' }) : error
  } finally {
    probe.disconnect()
  }
  const { Queue, Worker } = bull.withBackend(bull.createRedisBackend)
  const open: InstanceType<typeof Redis>[] = []
  const connect = (isPatient: boolean) => {
    const client = new Redis(address, {
      connectTimeout: 5000,
      keepAlive: 5000,
      // A worker waits for its server; a submitter is told, and says so.
      maxRetriesPerRequest: isPatient ? null : 1,
      retryStrategy: (times) => Math.min(2000, 50 * 2 ** Math.min(times, 6)),
    })
    client.on('error', () => {}) // each command says what is wrong
    open.push(client)
    return client
  }
  return {
    place,
    queue: (lane) => new Queue(lane, { connection: connect(false) } as QueueOptions) as unknown as Queue,
    worker: (lane, processor, options) =>
      new Worker(
        lane,
        processor as never,
        { ...options, connection: connect(true) } as never,
      ) as unknown as Worker,
    clockAhead: async () => 0, // locks run out by the server's own clock
    async close() {
      for (const client of open) client.disconnect()
    },
  }
}

async function openPostgres(url: string, place: string, bull: typeof import('bullmq')): Promise<Server> {
  const { default: pg } = await need('pg', () => import('pg'))
  const clock = async (): Promise<number> => {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
    await client.connect()
    try {
      const before = now()
      const { rows } = await client.query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms')
      return (before + now()) / 2 - Number(rows[0]?.ms)
    } finally {
      await client.end()
    }
  }
  // A pool of ours, since one of BullMQ's has nobody to hear that a connection it has taken out is gone: that would end the process.
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    max: 6,
    options: `-c search_path=${bull.quoteSchemaName(bull.DEFAULT_SCHEMA)}`,
  })
  pool.on('error', () => {}) // each command says what is wrong
  pool.on('connect', (client) => void client.on('error', () => {}))
  try {
    const client = await pool.connect()
    try {
      await bull.runMigrations(client)
    } finally {
      client.release()
    }
  } catch (error) {
    await pool.end()
    throw error
  }
  const { Queue, Worker } = bull.withBackend(bull.createPostgresBackend)
  return {
    place,
    queue: (lane) => new Queue(lane, { connection: pool } as never) as unknown as Queue,
    worker: (lane, processor, options) =>
      new Worker(lane, processor as never, { ...options, connection: pool } as never) as unknown as Worker,
    clockAhead: clock,
    close: () => pool.end(),
  }
}

const now = (): number => performance.timeOrigin + performance.now()

async function need<M>(name: string, load: () => Promise<M>): Promise<M> {
  try {
    return await load()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new UsageError(`--queue: the package ${name} is not installed: npm install ${name}`, { cause })
  }
}
