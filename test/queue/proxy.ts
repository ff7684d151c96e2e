/** A network between a client and a server that can be cut: what is sent meanwhile arrives when it is joined again. */
import { connect, createServer, type Socket } from 'node:net'
import { freePort } from '../helpers/redis.ts'

export interface Cable {
  readonly port: number
  cut(): void
  join(): void
  close(): Promise<void>
}

/** @param target - Port on this machine, or the path of a socket. */
export async function layCable(target: number | string): Promise<Cable> {
  const port = await freePort()
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((near) => {
    const far = typeof target === 'number' ? connect(target, '127.0.0.1') : connect(target)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (chunk) => void to.write(chunk))
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      if (isCut) from.pause()
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port,
    cut() {
      isCut = true
      for (const socket of sockets) socket.pause()
    },
    join() {
      isCut = false
      for (const socket of sockets) socket.resume()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
