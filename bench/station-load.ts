/** A load generator for a station: clients that each ask as soon as they were answered, and what the answers took. */
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import type { StationProcess } from '../scripts/station/station-process.ts'

export interface Asked {
  readonly status: number
  /** From the first byte that is sent to the last that is received. */
  readonly milliseconds: number
  readonly retryAfter: string | undefined
  readonly body: string
}

export interface Client {
  ask(picture: Uint8Array): Promise<Asked>
  close(): void
}

/** One connection, kept open. @param address - E.g. `http://127.0.0.1:8480`. */
export function openClient(address: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    ask: (picture) =>
      new Promise((resolve, reject) => {
        const started = performance.now()
        const headers = { 'content-type': 'image/jpeg', 'content-length': picture.length }
        const asked = request(`${address}/v1/inspect`, { method: 'POST', agent, headers }, (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              milliseconds: performance.now() - started,
              retryAfter: response.headers['retry-after'],
              body: Buffer.concat(chunks).toString(),
            }),
          )
        })
        asked.on('error', reject)
        asked.end(picture)
      }),
    close: () => agent.destroy(),
  }
}

/**
 * @param isDone - Asked before each request of each client.
 * @returns In the order in which they were answered.
 */
export async function load(
  address: string,
  pictures: readonly Uint8Array[],
  clients: number,
  isDone: (answered: number) => boolean,
): Promise<readonly Asked[]> {
  const answers: Asked[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const client = openClient(address)
      while (!isDone(answers.length)) answers.push(await client.ask(pictures[next++ % pictures.length]!))
      client.close()
    }),
  )
  return answers
}

/** @param share - 0..1, of values in any order: nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
}

/** @throws Any other answer than a verdict that was recorded: a load that fails fast is no measurement. */
export function timesOf(answers: readonly Asked[]): readonly number[] {
  return answers.map(({ status, body, milliseconds }) => {
    if (status !== 200 || !body.includes('"recorded":true')) throw new Error(`${status}: ${body}`)
    return milliseconds
  })
}

/** Resident set of a process, MiB. */
export const residentMiB = ({ child }: StationProcess): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024
