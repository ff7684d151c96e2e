/**
 * The station's page: the few files that `npm run build:web` makes, read once and given out by name. No path of a client touches the
 * disk. What the page may see is decided by the API that it asks, so the files themselves are for everybody.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { App } from '../schemas.ts'

interface PageFile {
  readonly type: string
  readonly bytes: Buffer
  /** True where the name holds a hash of the bytes. */
  readonly isHashed: boolean
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Beside the compiled program; from the sources, where the build puts it. */
const built = [new URL('../../web/', import.meta.url), new URL('../../../dist/web/', import.meta.url)]

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Plumbline station</title>
<h1>The station works; its page is not built</h1>
<p>In a checkout of the sources, run <code>npm run build:web</code> once and start the station again. The installed package has it.</p>
<p><a href="docs">The API</a></p></html>`

export function pageRoutes(app: App): void {
  for (const [address, file] of readPage()) {
    app.route({
      method: 'GET',
      url: address,
      config: { role: 'none', produces: file.type },
      schema: { hide: true },
      async handler(_request, reply) {
        // hashed names never change what they hold; the rest is asked for again every time
        if (file.isHashed) reply.header('cache-control', 'public, max-age=31536000, immutable')
        return reply.type(file.type).send(file.bytes)
      },
    })
  }
}

/** By address. */
function readPage(): ReadonlyMap<string, PageFile> {
  for (const folder of built) {
    const root = fileURLToPath(folder)
    const names = filesIn(root)
    if (!names.includes('index.html') || !names.some((name) => name.startsWith('assets/'))) continue
    return new Map(
      names.map((name) => [
        name === 'index.html' ? '/' : `/${name}`,
        {
          type: types[extname(name)] ?? 'application/octet-stream',
          bytes: readFileSync(join(root, name)),
          isHashed: name.startsWith('assets/'),
        },
      ]),
    )
  }
  return new Map([['/', { type: 'text/html; charset=utf-8', bytes: Buffer.from(notBuilt), isHashed: false }]])
}

/** Relative, with `/`; none where there is no such folder. */
function filesIn(root: string): string[] {
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/'))
}
