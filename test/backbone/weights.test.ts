import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listWeights, verifyWeights } from '../../src/backbone/list-weights.ts'
import { pullEntry, pullWeights } from '../../src/backbone/pull-weights.ts'
import { resolveBackbone } from '../../src/backbone/resolve-weights.ts'
import { encodeSafetensors } from '../../src/backbone/safetensors.ts'
import { shippedDifference, shippedSha256 } from '../../src/backbone/shipped-weights.ts'
import { featureCacheFolder, weightsFolder } from '../../src/backbone/weights-folder.ts'
import {
  findKnownFile,
  type WeightsEntry,
  weightsEntry,
  weightsRegistry,
} from '../../src/backbone/weights-registry.ts'
import { CancelledError, InputError, ModelError, UsageError } from '../../src/errors.ts'
import { quietTask, type Task } from '../../src/task.ts'
import { describeWith, weightsDir } from '../golden-dir.ts'

const content = encodeSafetensors([{ name: 'a', shape: [50_000], data: new Float32Array(50_000).fill(0.5) }])
const sha256 = createHash('sha256').update(content).digest('hex')
const half = content.length >> 1

const entry: WeightsEntry = {
  name: 'toy',
  title: 'Toy',
  licence: 'MIT',
  source: 'https://weights.test/toy',
  url: 'https://weights.test/toy/model.safetensors',
  sha256,
  bytes: content.length,
  metadata: {},
  variants: [],
}

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void

let folder = ''
let server: Server
let requests: (string | undefined)[] = []
let handler: Handler

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-weights-'))
  requests = []
  server = createServer((request, response) => {
    requests.push(request.headers.range)
    handler(request, response, requests.length)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
  await rm(folder, { recursive: true })
})

/** Sends what was meant for https://weights.test to the test's server; the rest of the world does not exist. */
const toServer: typeof globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input)
  if (url.hostname !== 'weights.test') throw new Error(`no such host ${url.hostname}`)
  return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${url.pathname}`, init)
}

const pull = (overrides: Partial<WeightsEntry> = {}, task: Task = quietTask) =>
  pullEntry({ ...entry, ...overrides }, folder, { task, fetch: toServer, backoffMs: () => 0 })

/** A server as it should be: knows ranges. */
const serve: Handler = (request, response) => {
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
  if (start >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()
  } else if (start > 0) {
    const range = `bytes ${start}-${content.length - 1}/${content.length}`
    response.writeHead(206, { 'content-range': range, 'content-length': content.length - start })
    response.end(content.subarray(start))
  } else response.writeHead(200, { 'content-length': content.length }).end(content)
}

/** Promises everything, sends half of it and hangs up. */
const hangUp: Handler = (_, response) => {
  response.writeHead(200, { 'content-length': content.length })
  response.write(content.subarray(0, half), () => setImmediate(() => response.destroy()))
}

describe('pullWeights', () => {
  const path = () => join(folder, 'toy.safetensors')

  it('downloads, verifies, records the hash and leaves nothing else', async () => {
    handler = serve
    const reports: [number, number | null][] = []
    const task = {
      ...quietTask,
      progress: () => ({
        update: (done: number, total: number | null) => reports.push([done, total]),
        end() {},
      }),
    }
    const pulled = await pull({}, task)
    expect(pulled).toMatchObject({
      path: path(),
      sha256,
      bytes: content.length,
      downloaded: true,
      trust: 'registered',
    })
    expect(await readFile(path())).toEqual(Buffer.from(content))
    expect(await readFile(`${path()}.sha256`, 'utf8')).toBe(`${sha256}  toy.safetensors\n`)
    expect((await readdir(folder)).toSorted()).toEqual(['toy.safetensors', 'toy.safetensors.sha256'])
    expect(reports.at(-1)).toEqual([content.length, content.length])
  })

  it('does not fetch again what is there', async () => {
    handler = serve
    await pull()
    expect(await pull()).toMatchObject({ downloaded: false, sha256 })
    expect(requests).toHaveLength(1)
  })

  it('goes on where the connection broke', async () => {
    handler = (request, response, count) => (count === 1 ? hangUp : serve)(request, response, count)
    await pull()
    expect(requests[0]).toBeUndefined()
    expect(requests[1]).toMatch(/^bytes=\d+-$/)
    expect(await readFile(path())).toEqual(Buffer.from(content))
  })

  it('goes on from what an earlier call left', async () => {
    handler = serve
    await writeFile(`${path()}.partial`, content.subarray(0, half))
    await pull()
    expect(requests).toEqual([`bytes=${half}-`])
    expect(await readFile(path())).toEqual(Buffer.from(content))
  })

  it('finishes a partial file that is whole already', async () => {
    handler = serve
    await writeFile(`${path()}.partial`, content)
    expect(await pull()).toMatchObject({ downloaded: true, sha256 })
  })

  it('starts again where a partial file is longer than the source', async () => {
    handler = serve
    await writeFile(`${path()}.partial`, Buffer.concat([content, content]))
    expect(await pull()).toMatchObject({ sha256 })
  })

  it('starts again where the server ignores ranges', async () => {
    handler = (_, response) => response.writeHead(200, { 'content-length': content.length }).end(content)
    await writeFile(`${path()}.partial`, content.subarray(0, half))
    await pull()
    expect(await readFile(path())).toEqual(Buffer.from(content))
  })

  it('keeps what has come when cancelled, and resumes', async () => {
    const controller = new AbortController()
    const task: Task = {
      ...quietTask,
      signal: controller.signal,
      progress: () => ({ update: (done) => done >= half && controller.abort(), end() {} }),
    }
    handler = (_, response) => {
      response.writeHead(200, { 'content-length': content.length })
      response.write(content.subarray(0, half)) // and no more: the client hangs up
    }
    await expect(pull({}, task)).rejects.toBeInstanceOf(CancelledError)
    expect(await readFile(`${path()}.partial`)).toEqual(Buffer.from(content.subarray(0, half)))
    handler = serve
    await pull()
    expect(requests.at(-1)).toBe(`bytes=${half}-`)
  })

  it('refuses another content than the pinned one, and keeps nothing', async () => {
    const other = content.with(content.length - 1, 1)
    handler = (_, response) => response.writeHead(200).end(other)
    await expect(pull()).rejects.toThrow(new RegExp(`sha256 should be ${sha256}`))
    expect(await readdir(folder)).toEqual([])
  })

  it('refuses another length before fetching it', async () => {
    handler = (_, response) => response.writeHead(200, { 'content-length': 10 }).end('0123456789')
    await expect(pull()).rejects.toThrow(`should have ${content.length} bytes, but has 10`)
  })

  it('refuses a body longer than announced by the registry', async () => {
    handler = (_, response) => {
      response.writeHead(200) // chunked: no length
      response.end(Buffer.concat([content, content]))
    }
    await expect(pull()).rejects.toThrow(`sends more than ${content.length} bytes`)
  })

  it('records the hash of an unpinned file on first sight, and notices damage later', async () => {
    handler = serve
    await writeFile(`${path()}.partial`, 'left from another version')
    expect(await pull({ sha256: null, bytes: null })).toMatchObject({ trust: 'recorded', sha256 })
    expect(requests).toEqual([undefined])
    await writeFile(path(), content.with(content.length - 1, 1))
    await expect(pull({ sha256: null })).rejects.toThrow(/is damaged or was replaced/)
  })

  it('holds an unpinned file to the hash that the hub announces', async () => {
    handler = (request, response, count) => {
      if (request.url === '/toy/model.safetensors') {
        response.writeHead(302, { location: '/cdn/file', 'x-linked-etag': `"${'0'.repeat(64)}"` }).end()
      } else serve(request, response, count)
    }
    await expect(pull({ sha256: null })).rejects.toThrow(`sha256 should be ${'0'.repeat(64)}`)
  })

  it('refuses an unpinned file that is no safetensors file', async () => {
    handler = (_, response) => response.writeHead(200).end('<html>Please log in</html>')
    await expect(pull({ sha256: null, bytes: null })).rejects.toThrow(/not a valid safetensors file/)
    expect(await readdir(folder)).toEqual([])
  })

  it('follows redirects, but not away from https and not for ever', async () => {
    handler = (request, response, count) => {
      if (request.url === '/toy/model.safetensors') response.writeHead(307, { location: '/cdn/file' }).end()
      else serve(request, response, count)
    }
    expect(await pull()).toMatchObject({ sha256 })
    await rm(path())
    handler = (_, response) => response.writeHead(302, { location: 'http://weights.test/x' }).end()
    await expect(pull()).rejects.toThrow('http://weights.test/x: is not an https address')
    handler = (_, response) => response.writeHead(302, { location: '/again' }).end()
    await expect(pull()).rejects.toThrow('redirects more than 5 times')
  })

  it('does not try again after a refusal', async () => {
    handler = (_, response) => response.writeHead(404).end()
    await expect(pull()).rejects.toThrow(/weights\.test answered 404 Not Found/)
    expect(requests).toHaveLength(1)
  })

  it('gives up on a server that stays broken', async () => {
    handler = (_, response) => response.writeHead(503).end()
    const notes: string[] = []
    const error: unknown = await pull({}, { ...quietTask, note: (message) => notes.push(message) }).catch(
      (caught: unknown) => caught,
    )
    expect(error).toBeInstanceOf(ModelError)
    expect(requests).toHaveLength(5)
    expect(notes).toHaveLength(4)
  })

  it('says offline what to put where', async () => {
    const refused: typeof globalThis.fetch = () => {
      const cause = Object.assign(new Error('connect ECONNREFUSED 192.0.2.1:443'), { code: 'ECONNREFUSED' })
      return Promise.reject(new TypeError('fetch failed', { cause }))
    }
    const error: unknown = await pullWeights('resnet18', folder, {
      task: quietTask,
      fetch: refused,
      backoffMs: () => 0,
    }).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ModelError)
    const { message } = error as Error
    const known = weightsEntry('resnet18')
    for (const part of [
      'ECONNREFUSED',
      known.url,
      known.sha256!,
      'resnet18.safetensors',
      folder,
      '--weights DIR',
      'PLUMBLINE_WEIGHTS',
    ]) {
      expect(message).toContain(part)
    }
  })

  it('never overwrites a file it does not know', async () => {
    handler = serve
    await writeFile(path(), 'mine')
    await expect(pull()).rejects.toThrow(/is there already/)
    expect(await readFile(path(), 'utf8')).toBe('mine')
  })

  it('says why a folder cannot be written', async () => {
    await writeFile(join(folder, 'file'), '')
    const task = pullEntry(entry, join(folder, 'file', 'sub'), { task: quietTask, fetch: toServer })
    await expect(task).rejects.toBeInstanceOf(InputError)
  })
})

describe('weights registry', () => {
  it('names https addresses, plain hashes and a licence, each backbone once', () => {
    for (const known of weightsRegistry) {
      expect(known.url).toMatch(/^https:\/\/.+\.safetensors$/)
      expect(known.licence).not.toBe('')
      for (const hash of [known.sha256, ...known.variants.map((variant) => variant.sha256)]) {
        if (hash !== null) expect(hash).toMatch(/^[0-9a-f]{64}$/)
      }
      if (known.sha256 !== null) expect(findKnownFile(known.name, known.sha256)?.licence).toBe(known.licence)
    }
    expect(new Set(weightsRegistry.map(({ name }) => name)).size).toBe(weightsRegistry.length)
  })

  it('helps with a misspelt name', () => {
    expect(() => weightsEntry('resnet81')).toThrow(/did you mean resnet18\?/)
    expect(() => weightsEntry('filterbank')).toThrow(/built in/)
  })
})

describe('weightsFolder', () => {
  const at = (platform: string, env: Record<string, string> = {}) => ({ platform, env, home: '/home/me' })

  it('prefers the option, then the variable, then the cache of the system', () => {
    expect(weightsFolder('/w', at('linux', { PLUMBLINE_WEIGHTS: '/v' }))).toBe('/w')
    expect(weightsFolder(null, at('linux', { PLUMBLINE_WEIGHTS: '/v' }))).toBe('/v')
    expect(weightsFolder(null, at('linux'))).toBe(join('/home/me', '.cache', 'plumbline', 'weights'))
    expect(weightsFolder(null, at('linux', { XDG_CACHE_HOME: '/x' }))).toBe(
      join('/x', 'plumbline', 'weights'),
    )
    expect(weightsFolder(null, at('darwin'))).toBe(
      join('/home/me', 'Library', 'Caches', 'plumbline', 'weights'),
    )
    expect(weightsFolder(null, at('win32', { LOCALAPPDATA: '/local' }))).toBe(
      join('/local', 'plumbline', 'cache', 'weights'),
    )
    expect(featureCacheFolder(at('linux', { PLUMBLINE_CACHE: '/c' }))).toBe('/c')
    expect(featureCacheFolder(at('linux'))).toBe(join('/home/me', '.cache', 'plumbline', 'features'))
  })
})

describe('resolveBackbone', () => {
  const resolveIn = (backbone: string | null, ...folders: string[]) =>
    resolveBackbone({ backbone, weightsFolders: folders }, quietTask)

  it('takes the one of the program where there is no other, and says what that costs', async () => {
    const found = await resolveIn(null, folder, join(folder, 'none'))
    expect(found).toMatchObject({ id: 'plumb-s', weightsId: `sha256:${shippedSha256}` })
    expect(found.notice).toContain(shippedDifference)
    expect(found.notice).toContain(folder)
    expect(found.notice).toContain('plumbline weights pull')
    expect((await resolveIn('filterbank', folder)).notice).toBeNull()
  })

  it('refuses a named backbone whose weights are not there, and says what to do', async () => {
    const error: unknown = await resolveIn('wide_resnet50_2', folder).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(ModelError)
    for (const part of [
      folder,
      'plumbline weights pull wide_resnet50_2',
      'wide_resnet50_2.safetensors',
      'PLUMBLINE_WEIGHTS',
      '--backbone plumb-s',
    ]) {
      expect((error as Error).message).toContain(part)
    }
  })

  it('refuses an unknown name', async () => {
    const error: unknown = await resolveIn('mobilnet_v2', folder).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(UsageError)
    expect((error as Error).message).toContain('did you mean mobilenet_v2?')
  })

  it('takes the first of the registry that is there, from the first folder that has it', async () => {
    const second = join(folder, 'second')
    await mkdir(second)
    await writeFile(join(second, 'resnet18.safetensors'), content)
    expect(await resolveIn(null, folder, second)).toMatchObject({ id: 'resnet18' })
    await writeFile(join(folder, 'wide_resnet50_2.safetensors'), content)
    const found = await resolveIn(null, folder, second)
    expect(found).toMatchObject({ id: 'wide_resnet50_2', weightsId: `sha256:${sha256}` })
    expect(found.notice).toMatch(/none the registry knows/)
  })

  it('trusts weights of one own that come with a record, and refuses them when they differ from it', async () => {
    const path = join(folder, 'resnet18.safetensors')
    await writeFile(path, content)
    await writeFile(`${path}.sha256`, `${sha256.toUpperCase()} *resnet18.safetensors\n`)
    expect(await resolveIn('resnet18', folder)).toMatchObject({ notice: null })
    await writeFile(path, content.with(content.length - 1, 1))
    await expect(resolveIn('resnet18', folder)).rejects.toThrow(/damaged or was replaced/)
    await writeFile(`${path}.sha256`, 'nothing')
    await expect(resolveIn('resnet18', folder)).rejects.toThrow(/holds no sha256/)
  })

  it('refuses a truncated file even when nobody asked for it', async () => {
    await writeFile(join(folder, 'mobilenet_v2.safetensors'), content.subarray(0, half))
    await expect(resolveIn(null, folder)).rejects.toBeInstanceOf(ModelError)
  })
})

describeWith(weightsDir, 'resolveBackbone with pretrained weights', () => {
  it('knows the file by its hash', async () => {
    await copyFile(join(weightsDir, 'mobilenet_v2.safetensors'), join(folder, 'mobilenet_v2.safetensors'))
    const found = await resolveBackbone({ backbone: null, weightsFolders: [folder] }, quietTask)
    expect(found).toMatchObject({ id: 'mobilenet_v2', notice: null })
    expect(found.weightsId).toMatch(/^sha256:63b4d12a/)
  })
})

describe('listWeights', () => {
  it('lists every backbone, and where it is', async () => {
    const path = join(folder, 'resnet18.safetensors')
    await writeFile(path, content)
    const listed = await listWeights([join(folder, 'none'), folder])
    expect(listed.map(({ name }) => name)).toEqual([
      ...weightsRegistry.map(({ name }) => name),
      'plumb-s',
      'filterbank',
    ])
    expect(listed.filter((each) => each.path !== null).map((each) => each.path)).toEqual([path])
    expect(listed.at(-1)).toMatchObject({ url: null, path: null })
  })
})

describe('verifyWeights', () => {
  it('finds nothing wrong where there is nothing', async () => {
    const shipped = { name: 'plumb-s', ok: true, trust: 'registered', sha256: shippedSha256 }
    expect(await verifyWeights([folder], quietTask)).toMatchObject([shipped])
  })

  it('tells what is wrong with each file', async () => {
    await writeFile(join(folder, 'resnet18.safetensors'), content) // another architecture
    await writeFile(join(folder, 'efficientnet_b0.safetensors'), content.subarray(0, half)) // truncated
    await writeFile(join(folder, 'wide_resnet50_2.safetensors'), content) // replaced
    await writeFile(join(folder, 'wide_resnet50_2.safetensors.sha256'), '0'.repeat(64))
    const [, ...verified] = await verifyWeights([folder], quietTask)
    expect(verified.map(({ name, ok }) => [name, ok])).toEqual([
      ['wide_resnet50_2', false],
      ['resnet18', false],
      ['efficientnet_b0', false],
    ])
    expect(verified[0]!.detail).toMatch(/damaged or was replaced/)
    expect(verified[1]!.detail).toMatch(/conv1/)
    expect(verified[2]!.detail).toMatch(/not a valid safetensors file/)
  })
})

describeWith(weightsDir, 'verifyWeights with pretrained weights', () => {
  it('knows the registered file, and an altered copy that still fits the network', async () => {
    const source = join(weightsDir, 'mobilenet_v2.safetensors')
    const path = join(folder, 'mobilenet_v2.safetensors')
    expect(await verifyWeights([weightsDir], quietTask)).toMatchObject([
      { name: 'plumb-s', ok: true },
      { name: 'mobilenet_v2', ok: true, trust: 'registered' },
    ])
    const altered = await readFile(source)
    altered[altered.length - 4]! ^= 1
    await writeFile(path, altered)
    const verify = async () => (await verifyWeights([folder], quietTask)).at(-1)
    expect(await verify()).toMatchObject({ ok: false, trust: 'unknown' })
    await writeFile(`${path}.sha256`, createHash('sha256').update(altered).digest('hex'))
    expect(await verify()).toMatchObject({ ok: true, trust: 'recorded' })
  })
})
