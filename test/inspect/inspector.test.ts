/** An inspector over a detector whose scores are known: what it makes of pictures, thresholds, lists, failures and being closed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createVision, type OpenVision } from '../../src/backbone/create-vision.ts'
import { resolveBackbone } from '../../src/backbone/resolve-weights.ts'
import { CancelledError, InputError, UsageError } from '../../src/errors.ts'
import { encodePng } from '../../src/image/encode-image.ts'
import type { Image } from '../../src/image/image.ts'
import { createInspector } from '../../src/inspect/create-inspector.ts'
import type { Inspector } from '../../src/inspect/inspector.ts'
import { quietTask } from '../../src/task.ts'
import { type FakeDetector, fakeDetector } from './fake-detector.ts'

const flat = (grey: number, width = 8, height = 8): Image => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(grey),
})

let folder = ''
let vision: OpenVision
let detector: FakeDetector
let inspector: Inspector
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-inspector-'))
  const backbone = await resolveBackbone({ backbone: 'filterbank', weightsFolders: [] }, quietTask)
  vision = createVision({
    size: { width: 8, height: 8 },
    fit: 'pad',
    backbone,
    cacheFolder: null,
    device: 'cpu',
    threads: 1,
  })
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(() => {
  detector = fakeDetector()
  const operating = { threshold: 100, reviewThreshold: 80 }
  inspector = createInspector({ detector, vision, operating, close: () => detector.close() })
})

async function save(name: string, image: Image): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, await encodePng(image))
  return path
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

describe('an inspector', () => {
  it('takes a path, bytes or pixels, RGB or grey, all to the same answer', async () => {
    const image = flat(0, 8, 4)
    for (let i = 0; i < 32; i++) image.data.fill(7 * i, 3 * i, 3 * i + 3)
    const grey = { ...image, data: image.data.filter((_, i) => i % 3 === 0) }
    const path = await save('ramp.png', image)
    const pictures = [path, await encodePng(image), image, grey, { path: 'camera 1', picture: image }]
    for (const picture of pictures) {
      const { score, frame, map } = await inspector.inspect(picture)
      expect(score).toBe(108.5)
      expect(frame.source).toEqual({ width: 8, height: 4 })
      expect(frame.content).toEqual({ x: 0, y: 2, width: 8, height: 4 })
      expect(map().data.slice(16, 24)).toEqual(Float32Array.of(0, 7, 14, 21, 28, 35, 42, 49))
      expect(
        map()
          .data.slice(0, 16)
          .some((value) => value !== 0),
      ).toBe(false)
    }
  })

  it('decides by the threshold of the model and its review band, the threshold itself being anomalous', async () => {
    const verdicts = await Promise.all([79, 80, 99, 100].map((grey) => inspector.inspect(flat(grey))))
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['nominal', 'review', 'review', 'anomalous'])
    expect(verdicts[0]).toMatchObject({ threshold: 100, review: 80 })
  })

  it('decides by a threshold that is named, without the review band', async () => {
    const one = await inspector.inspect(flat(90), { threshold: 95 })
    expect(one).toMatchObject({ score: 90, threshold: 95, review: null, verdict: 'nominal' })
    const [many] = await all(inspector.inspectMany([flat(90)], { threshold: 0 }))
    expect(many).toMatchObject({ ok: true, value: { threshold: 0, review: null, verdict: 'anomalous' } })
  })

  it('gives scores without verdicts where there is no threshold', async () => {
    const undecided = createInspector({ detector, vision, operating: null })
    expect(await undecided.inspect(flat(3))).toMatchObject({ score: 3, threshold: null, verdict: null })
    expect(await undecided.inspect(flat(3), { threshold: 3 })).toMatchObject({ verdict: 'anomalous' })
  })

  it('judges many in their order, in one list, a bad one in its place', async () => {
    const cut = (await encodePng(flat(1))).subarray(0, 20)
    const few = { width: 8, height: 8, data: new Uint8Array(5) }
    const missing = join(folder, 'missing.png')
    const images = [flat(1), cut, await save('two.png', flat(2)), few, missing, flat(3)]
    const outcomes = await all(inspector.inspectMany(images))
    expect(outcomes.map((each) => (each.ok ? each.value.score : null))).toEqual([1, null, 2, null, null, 3])
    expect(outcomes.map(({ path }) => path)).toEqual([
      'image 1',
      'image 2',
      join(folder, 'two.png'),
      'image 4',
      missing,
      'image 6',
    ])
    expect(outcomes[3]).toMatchObject({ error: expect.stringContaining('192 values (RGB) or 64 (grey)') })
    expect(outcomes[4]).toMatchObject({ error: expect.stringContaining('no such file') })
    expect(detector.seen.lists).toBe(1)
  })

  it('throws for a single bad image, and goes on', async () => {
    const bad = inspector.inspect({ path: 'camera 3', picture: new Uint8Array([1, 2, 3]) })
    await expect(bad).rejects.toThrow(InputError)
    await expect(bad).rejects.toMatchObject({ path: 'camera 3' })
    const none = { width: 0, height: 8, data: new Uint8Array() }
    await expect(inspector.inspect(none)).rejects.toThrow('0x8')
    expect((await inspector.inspect(flat(5))).score).toBe(5)
  })

  it('lets calls overlap, and the detector work on one step at a time', async () => {
    const greys = [9, 8, 7, 6, 5, 4, 3, 2, 1]
    const [list, ...single] = await Promise.all([
      all(inspector.inspectMany(greys.map((grey) => flat(grey)))),
      ...greys.map((grey) => inspector.inspect(flat(grey))),
    ])
    expect(list!.map((each) => (each as { value: { score: number } }).value.score)).toEqual(greys)
    expect(single.map((each) => (each as { score: number }).score)).toEqual(greys)
    expect(detector.seen).toMatchObject({ images: 18, mostAtOnce: 1 })
  })

  it('says how long it took', async () => {
    const { milliseconds } = await inspector.inspect(await encodePng(flat(1)))
    expect(milliseconds.total).toBeGreaterThan(0)
    expect(milliseconds.decode + milliseconds.infer).toBeCloseTo(milliseconds.total, 9)
  })

  it('stops when it is told to', async () => {
    const controller = new AbortController()
    const task = { ...quietTask, signal: controller.signal }
    const list = inspector.inspectMany([flat(1), flat(2)], { task })[Symbol.asyncIterator]()
    expect((await list.next()).done).toBe(false)
    controller.abort()
    await expect(list.next()).rejects.toThrow(CancelledError)
    await expect(inspector.inspect(flat(1), { task })).rejects.toThrow(CancelledError)
    expect((await inspector.inspect(flat(1))).score).toBe(1)
  })

  it('finishes what it was asked before it is closed, once, and refuses what comes after', async () => {
    const last = [inspector.inspect(flat(1)), inspector.inspect(flat(2))]
    const list = inspector.inspectMany([flat(1), flat(2)])[Symbol.asyncIterator]()
    await list.next()
    await Promise.all([inspector.close(), inspector.close()])
    expect((await Promise.all(last)).map(({ score }) => score)).toEqual([1, 2])
    expect(detector.seen.closed).toBe(1)
    await expect(list.next()).rejects.toThrow(UsageError)
    await expect(inspector.inspect(flat(1))).rejects.toThrow('the inspector is closed')
    await expect(all(inspector.inspectMany([flat(1)]))).rejects.toThrow('the inspector is closed')
  })
})
