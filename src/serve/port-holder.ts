/** Who listens at a port that one wants: as far as it says so itself, and as the system (Linux) tells those who may know. */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { isSystemError } from '../files/atomic.ts'
import { liveSchema } from '../wire/serve/health.ts'

const askMs = 1000

/** @returns E.g. `a station of Plumbline 0.1.0 (process 4711, node)`; undefined where nothing can be found out. */
export async function portHolder(host: string, port: number): Promise<string | undefined> {
  const [station, process] = await Promise.all([stationAt(host, port), processAt(port)])
  if (station === undefined) return process
  return process === undefined ? station : `${station} (${process})`
}

/** What answers there like a station does without TLS. */
async function stationAt(host: string, port: number): Promise<string | undefined> {
  const reached = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[host] ?? (host.includes(':') ? `[${host}]` : host)
  try {
    const answer = await fetch(`http://${reached}:${port}/health/live`, {
      signal: AbortSignal.timeout(askMs),
    })
    const { success, data } = liveSchema.safeParse(await answer.json())
    return success ? `a station of Plumbline ${data.version}` : undefined
  } catch {
    return // no HTTP, or no JSON: something else
  }
}

async function processAt(port: number): Promise<string | undefined> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => maybe(readFile(`/proc/net/${name}`, 'utf8'))),
  )
  const wanted = new Set(tables.flatMap((table) => listeningAt(table ?? '', port)))
  if (wanted.size === 0) return
  for (const id of (await maybe(readdir('/proc'))) ?? []) {
    if (!/^\d+$/.test(id)) continue
    for (const open of (await maybe(readdir(`/proc/${id}/fd`))) ?? []) {
      const link = await maybe(readlink(`/proc/${id}/fd/${open}`))
      if (link === undefined || !wanted.has(link)) continue
      const name = (await maybe(readFile(`/proc/${id}/comm`, 'utf8')))?.trim()
      return `process ${id}${name ? `, ${name}` : ''}`
    }
  }
  return
}

/** Sockets that listen there, as `/proc/PID/fd` names them. */
function listeningAt(table: string, port: number): string[] {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
    return local.endsWith(ending) && state === '0A' ? [`socket:[${inode}]`] : []
  })
}

/** Undefined of what is not there, has ended meanwhile or is not to be read. */
async function maybe<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (isSystemError(error)) return
    throw error
  }
}
