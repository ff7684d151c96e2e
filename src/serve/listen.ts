/** From an application to an open port, with what it takes in words. */
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { InputError, UsageError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import type { ServeRequest } from '../options/requests/serve.ts'
import { portHolder } from './port-holder.ts'
import type { App } from './schemas.ts'

/** @returns E.g. `http://127.0.0.1:8480`. @throws {UsageError} The port is in use, or the address is not of this machine. */
export async function listen(
  app: App,
  { host, port, tlsCert }: Pick<ServeRequest, 'host' | 'port' | 'tlsCert'>,
): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    throw await portError(host, port, cause)
  }
  const { port: open } = app.server.address() as AddressInfo
  const name = host.includes(':') ? `[${host}]` : host
  return `${tlsCert === null ? 'http' : 'https'}://${name}:${open}`
}

/** Why a port could not be opened, who has it where that can be told, and the way out. */
export async function portError(
  host: string,
  port: number,
  cause: NodeJS.ErrnoException,
): Promise<UsageError> {
  const holder = cause.code === 'EADDRINUSE' ? await portHolder(host, port) : undefined
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} of ${host} is taken${holder ? ` by ${holder}` : ''}: name another with --port N, or end what listens there`,
    EACCES: `port ${port} may not be opened: ports below 1024 take more rights, name another with --port N`,
    EADDRNOTAVAIL: `${host} is no address of this machine`,
    ENOTFOUND: `${host} is no address that is known`,
  }
  return new UsageError(reasons[cause.code ?? ''] ?? `${host}:${port}: ${systemReason(cause)}`, { cause })
}

/** @returns Null where plain HTTP is spoken. @throws {InputError} A file cannot be read, or is not in PEM form. */
export async function readTls({ tlsCert, tlsKey }: Pick<ServeRequest, 'tlsCert' | 'tlsKey'>): Promise<{
  readonly cert: string
  readonly key: string
} | null> {
  if (tlsCert === null || tlsKey === null) return null
  const [cert, key] = await Promise.all([readPem(tlsCert), readPem(tlsKey)])
  return { cert, key }
}

async function readPem(path: string): Promise<string> {
  try {
    const pem = await readFile(path, 'utf8')
    if (pem.includes('-----BEGIN ')) return pem
    throw new InputError(path, 'is not in PEM form: it has no line "-----BEGIN ..."')
  } catch (cause) {
    if (isSystemError(cause)) throw new InputError(path, systemReason(cause), { cause })
    throw cause
  }
}
