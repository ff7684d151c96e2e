/** Models fetched and pinned: nothing without being asked, nothing that is not what was announced. The hub is a record in memory. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CancelledError, InputError, ModelError } from '../../../src/errors.ts'
import { sha256 } from '../../../src/files/hash.ts'
import { type Fetching, fetchModel } from '../../../src/prepare/grounded-sam/fetch-model.ts'
import { filesOfModel } from '../../../src/prepare/grounded-sam/model-files.ts'
import { type UsedModel, verifyModels } from '../../../src/prepare/grounded-sam/model-lock.ts'
import { quietTask } from '../../../src/task.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plumbline-hub-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const commit = 'a1b2c3d4'.repeat(5)
const names = [
  'config.json',
  'preprocessor_config.json',
  'onnx/vision_encoder.onnx',
  'onnx/prompt_encoder_mask_decoder.onnx',
]
const weights = 'onnx/vision_encoder.onnx_data'
const contentOf = (name: string): string => `content of ${name}`

interface Hub {
  readonly asked: string[]
  readonly fetch: typeof globalThis.fetch
}

/** @param files - Content by name; the listing announces the hash of what the files should be. */
function hubWith(files: Readonly<Record<string, string>>, sha = commit): Hub {
  const asked: string[] = []
  const fetch = async (url: unknown): Promise<Response> => {
    asked.push(String(url))
    if (String(url).includes('/api/models/')) {
      const siblings = Object.keys(files).map((rfilename) => ({
        rfilename,
        ...(rfilename.startsWith('onnx/') && { lfs: { sha256: sha256(contentOf(rfilename)) } }),
      }))
      return Response.json({ sha, siblings })
    }
    const [, name] = new RegExp(`/resolve/${sha}/(.+)$`).exec(String(url)) ?? []
    return name !== undefined && Object.hasOwn(files, name)
      ? new Response(files[name]!)
      : new Response('', { status: 404 })
  }
  return { asked, fetch: fetch as typeof globalThis.fetch }
}

const whole = Object.fromEntries(
  [...names, weights, 'README.md', 'onnx/model_q4.onnx'].map((name) => [name, contentOf(name)]),
)
const model = { id: 'tiny/sam2', revision: null }
const fetching = (more: Partial<Fetching> = {}): Fetching => ({
  root,
  model,
  role: 'masks',
  precision: 'fp32',
  pinned: null,
  ...more,
})

describe('fetchModel', () => {
  it('fetches what is needed at one commit, and nothing the second time', async () => {
    const hub = hubWith(whole)
    expect(await fetchModel(fetching(), quietTask, hub.fetch)).toBe(commit)
    for (const name of [...names, weights])
      expect(readFileSync(join(root, 'tiny/sam2', name), 'utf8')).toBe(contentOf(name))
    expect(existsSync(join(root, 'tiny/sam2/README.md'))).toBe(false)
    expect(hub.asked[0]).toBe('https://huggingface.co/api/models/tiny/sam2/revision/main?blobs=true')
    // Weights first: a network that is there has its weights.
    expect(hub.asked.slice(1)).toEqual(
      [weights, ...names].map((name) => `https://huggingface.co/tiny/sam2/resolve/${commit}/${name}`),
    )
    const again = hubWith(whole)
    expect(await fetchModel(fetching(), quietTask, again.fetch)).toBeNull()
    expect(again.asked).toEqual([])
  })

  it('asks for the commit that was named, else for the pinned one', async () => {
    const named = { ...model, revision: commit }
    const hub = hubWith(whole)
    await fetchModel(fetching({ model: named, pinned: 'f'.repeat(40) }), quietTask, hub.fetch)
    expect(hub.asked[0]).toContain(`/revision/${commit}?`)
    rmSync(join(root, 'tiny'), { recursive: true })
    const pinned = hubWith(whole)
    await fetchModel(fetching({ pinned: commit }), quietTask, pinned.fetch)
    expect(pinned.asked[0]).toContain(`/revision/${commit}?`)
    rmSync(join(root, 'tiny'), { recursive: true })
    const other = fetchModel(fetching({ model: named }), quietTask, hubWith(whole, 'b'.repeat(40)).fetch)
    await expect(other).rejects.toThrow(`expected commit ${commit}, got ${'b'.repeat(40)}`)
  })

  it('keeps nothing of a file that is not the announced one', async () => {
    const hub = hubWith({ ...whole, [names[2]!]: 'something else' })
    const failing = fetchModel(fetching(), quietTask, hub.fetch)
    await expect(failing).rejects.toThrow(ModelError)
    await expect(failing).rejects.toThrow('is not what the hub announces: expected sha256')
    expect(existsSync(join(root, 'tiny/sam2', names[2]!))).toBe(false)
    expect(existsSync(join(root, 'tiny/sam2', names[0]!))).toBe(true)
  })

  it('says what the hub has, where it has not what is asked for', async () => {
    const failing = fetchModel(fetching({ precision: 'q8' }), quietTask, hubWith(whole).fetch)
    await expect(failing).rejects.toThrow('has no onnx/vision_encoder_quantized.onnx')
    await expect(failing).rejects.toThrow('it has onnx/vision_encoder.onnx, ')
  })

  it('says what to do without a connection, or with an unexpected answer', async () => {
    const offline = async () =>
      Promise.reject(new TypeError('fetch failed', { cause: new Error('ENOTFOUND') }))
    await expect(fetchModel(fetching(), quietTask, offline)).rejects.toThrow(
      'cannot be downloaded: ENOTFOUND. Without a connection: fetch https://huggingface.co/',
    )
    const refusing = async () => new Response('', { status: 401 })
    await expect(fetchModel(fetching(), quietTask, refusing)).rejects.toThrow('status 401')
    const babbling = async () => new Response('<html>')
    await expect(fetchModel(fetching(), quietTask, babbling)).rejects.toThrow(
      'does not answer with a list of files',
    )
  })

  it('stops when told to', async () => {
    const controller = new AbortController()
    const task = { ...quietTask, signal: controller.signal }
    const hub = hubWith(whole)
    const fetch = (async (url: string) => {
      if (url.includes('/resolve/')) controller.abort()
      return hub.fetch(url)
    }) as typeof globalThis.fetch
    await expect(fetchModel(fetching(), task, fetch)).rejects.toThrow(CancelledError)
    expect(existsSync(join(root, 'tiny/sam2/config.json'))).toBe(false)
  })
})

describe('verifyModels', () => {
  const lock = (): string => join(root, 'models.lock.json')
  const used = async (more: Partial<UsedModel> = {}): Promise<UsedModel> => ({
    name: model,
    files: await filesOfModel(root, model, 'masks', 'fp32'),
    fetched: commit,
    ...more,
  })
  const where = (named: string | null = null) => ({ folder: root, lock: named, mayDownload: false })
  beforeEach(async () => {
    await fetchModel(fetching(), quietTask, hubWith(whole).fetch)
  })

  it('pins every file that is read, weights beside the network too', async () => {
    const { models } = await verifyModels([await used()], where(), quietTask)
    expect(models['tiny/sam2']).toEqual({
      revision: commit,
      files: Object.fromEntries([...names, weights].map((name) => [name, sha256(contentOf(name))])),
    })
    expect(JSON.parse(readFileSync(lock(), 'utf8'))).toEqual({ models })
    expect(await verifyModels([await used({ fetched: null })], where(), quietTask)).toEqual({ models })
  })

  it.each([...names, weights])('stops at %s where it has changed', async (name) => {
    await verifyModels([await used()], where(), quietTask)
    writeFileSync(join(root, 'tiny/sam2', name), 'changed')
    await expect(verifyModels([await used()], where(), quietTask)).rejects.toThrow(
      `${join(root, 'tiny/sam2', name)}: is not the file that ${lock()} pins: expected sha256 ${sha256(contentOf(name))}, got ${sha256('changed')}`,
    )
  })

  it('learns nothing into a lock that was named', async () => {
    const named = join(root, 'mine.json')
    await expect(verifyModels([await used()], where(named), quietTask)).rejects.toThrow(InputError)
    const partial = {
      models: { 'tiny/sam2': { revision: null, files: { 'config.json': sha256(contentOf('config.json')) } } },
    }
    writeFileSync(named, JSON.stringify(partial))
    await expect(verifyModels([await used()], where(named), quietTask)).rejects.toThrow(
      `is not pinned by ${named}`,
    )
    expect(JSON.parse(readFileSync(named, 'utf8'))).toEqual(partial)
  })

  it('keeps what it knows of other models and other precisions', async () => {
    const other = { revision: null, files: { 'config.json': 'c'.repeat(64) } }
    const quantized = { revision: commit, files: { 'onnx/model_q4.onnx': 'd'.repeat(64) } }
    writeFileSync(lock(), JSON.stringify({ models: { 'a/b': other, 'tiny/sam2': quantized } }))
    await verifyModels([await used()], where(), quietTask)
    const { models } = JSON.parse(readFileSync(lock(), 'utf8'))
    expect(models['a/b']).toEqual(other)
    expect(models['tiny/sam2'].files['onnx/model_q4.onnx']).toBe('d'.repeat(64))
    expect(Object.keys(models['tiny/sam2'].files)).toHaveLength(names.length + 2)
  })

  it('does not take one commit for another', async () => {
    await verifyModels([await used()], where(), quietTask)
    const asked = { name: { ...model, revision: 'b'.repeat(40) }, fetched: null }
    await expect(verifyModels([await used(asked)], where(), quietTask)).rejects.toThrow(
      `holds commit ${commit} by ${lock()}, asked for is ${'b'.repeat(40)}`,
    )
  })
})
