/** A worker's metrics over HTTP: `GET /metrics`, `GET /health/live`. */
import { createServer } from 'node:http'
import { InputError } from '../../errors.ts'
import { isSystemError, systemReason } from '../../files/atomic.ts'
import type { WorkerTally } from './worker-tally.ts'

/** @throws {InputError} The port is taken. */
export async function serveMetrics(
  port: number,
  host: string,
  tally: Pick<WorkerTally, 'text'>,
): Promise<{ close(): Promise<void> }> {
  const server = createServer(({ method, url }, response) => {
    const isKnown = method === 'GET' && (url === '/metrics' || url === '/health/live')
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
    response.end(url === '/metrics' && isKnown ? tally.text() : isKnown ? 'ok\n' : 'not found\n')
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        isSystemError(error)
          ? new InputError(`${host}:${port}`, systemReason(error), { cause: error })
          : error,
      )
    })
    server.listen(port, host, resolve)
  })
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
