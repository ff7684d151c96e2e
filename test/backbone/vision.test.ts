import { copyFile, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Backbone, ImageFeatures } from '../../src/backbone/backbone.ts'
import { createVision, type OpenVision, type VisionOptions } from '../../src/backbone/create-vision.ts'
import { resolveBackbone } from '../../src/backbone/resolve-weights.ts'
import type { ImageRef, Outcome, Vision } from '../../src/backbone/vision.ts'
import { CancelledError, UsageError } from '../../src/errors.ts'
import type { PreparedImage } from '../../src/image/image.ts'
import { prepareImage } from '../../src/image/prepare-image.ts'
import { subsample } from '../../src/image/subsample.ts'
import { quietTask, type Task } from '../../src/task.ts'
import { describeWith, weightsDir } from '../golden-dir.ts'

const size = { width: 32, height: 32 }
const count = 13

let folder = ''
let images: { path: string }[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-vision-'))
  images = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const path = join(folder, `${i}.png`)
      const raw = Buffer.alloc(40 * 30 * 3, (i * 17) % 256)
      await sharp(raw, { raw: { width: 40, height: 30, channels: 3 } })
        .png()
        .toFile(path)
      return { path }
    }),
  )
})
afterEach(() => rm(folder, { recursive: true }))

/** A network that gives, for each stage, the image's centre pixel over three, which no float16 holds exactly. */
function toyNetwork() {
  const calls: { stages: readonly string[]; images: number }[] = []
  const log = { calls, opened: 0, closed: 0, busy: 0, mostBusy: 0 }
  const open = async ({
    stages,
    weightsId,
  }: {
    stages: readonly string[]
    weightsId: string
  }): Promise<Backbone> => {
    log.opened++
    return {
      id: 'toy',
      weights: weightsId,
      fingerprint: `toy ${weightsId} ${stages.join()}`,
      stages: stages.map((name) => ({ name, channels: 1, stride: 32 })),
      inputSize: size,
      async extract(prepared) {
        log.mostBusy = Math.max(log.mostBusy, ++log.busy)
        calls.push({ stages, images: prepared.length })
        await new Promise(setImmediate)
        log.busy--
        return prepared.map(({ data, frame }): ImageFeatures => {
          const value = data[3 * (16 * 32 + 16)]! / 3
          const maps = stages.map((stage) => ({
            stage,
            channels: 1,
            rows: 1,
            cols: 1,
            data: Float32Array.of(value),
          }))
          return { maps, frame }
        })
      },
      async close() {
        log.closed++
      },
    }
  }
  return { log, open }
}

const options = (overrides: Partial<VisionOptions> = {}): VisionOptions => ({
  size,
  fit: 'pad',
  backbone: { id: 'filterbank', weights: null, weightsId: 'sha256:00', notice: null },
  cacheFolder: join(folder, 'cache'),
  device: 'cpu',
  threads: 2,
  batch: 4,
  ...overrides,
})

async function collect(
  vision: OpenVision,
  refs = images,
  stages = ['s'],
  task = quietTask,
): Promise<Outcome<ImageFeatures>[]> {
  const outcomes: Outcome<ImageFeatures>[] = []
  for await (const outcome of vision.features(refs, stages, task)) outcomes.push(outcome)
  return outcomes
}

const firstValue = (outcome: Outcome<ImageFeatures>): number =>
  outcome.ok ? outcome.value.maps[0]!.data[0]! : NaN

describe('createVision', () => {
  it('prepares the mask of the object like its image, and gives none where there is none', async () => {
    const vision = createVision(options(), toyNetwork().open)
    const path = join(folder, 'object.png')
    const raw = Buffer.alloc(40 * 30).fill(255, 0, 40 * 15) // the upper half
    await sharp(raw, { raw: { width: 40, height: 30, channels: 1 } })
      .png()
      .toFile(path)
    const outcomes: Outcome<PreparedImage>[] = []
    for await (const outcome of vision.images(images.slice(0, 1), quietTask)) outcomes.push(outcome)
    const [outcome] = outcomes
    const image = outcome?.ok ? outcome.value : expect.fail('the image failed')
    const mask = await vision.foreground({ ...images[0]!, foreground: { kind: 'file', path } }, image)
    // 40x30 in 32x32: 24 rows from the 4th on, of which 12 show the upper half.
    expect(mask).toMatchObject(size)
    expect([...mask!.data].every((inside, i) => inside === Number(i >= 4 * 32 && i < 16 * 32))).toBe(true)
    expect(await vision.foreground(images[0]!, image)).toBeNull()
    await expect(
      vision.foreground(
        { ...images[0]!, foreground: { kind: 'file', path: images[1]!.path } },
        { ...image, frame: { ...image.frame, source: size } },
      ),
    ).rejects.toThrow('is 40x30, its image is 32x32')
    await vision.close()
  })

  it('gives features in the order asked for, in batches, and opens a network once per choice of stages', async () => {
    const { log, open } = toyNetwork()
    const vision = createVision(options(), open)
    expect(log.opened).toBe(0)
    const outcomes = await collect(vision)
    expect(outcomes.map(({ path }) => path)).toEqual(images.map(({ path }) => path))
    for (const [i, outcome] of outcomes.entries()) {
      const pixel = (i * 17) % 256
      expect(firstValue(outcome)).toBeCloseTo(pixel / 3, 1)
    }
    expect(log.calls.map((call) => call.images)).toEqual([4, 4, 4, 1])
    await collect(vision, images.slice(0, 1), ['s', 't'])
    await collect(vision, images.slice(0, 1), ['s', 't'])
    expect(log).toMatchObject({ opened: 2, closed: 0, mostBusy: 1 })
    await vision.close()
    expect(log.closed).toBe(2)
  })

  it('opens networks no larger than the images there are', async () => {
    const batches: (number | undefined)[] = []
    for (const known of [1, 3, undefined, 1000]) {
      const { batch: _, ...rest } = options({ cacheFolder: null })
      const { open } = toyNetwork()
      const vision = createVision(known === undefined ? rest : { ...rest, images: known }, (asked) => {
        batches.push(asked.batch)
        return open(asked)
      })
      await collect(vision)
      await vision.close()
    }
    expect(batches).toEqual([1, 3, 8, 8])
  })

  it('gives the same bits cold, warm, uncached and one by one', async () => {
    const cold = await collect(createVision(options(), toyNetwork().open))
    const { log, open } = toyNetwork()
    const warm = createVision(options(), open)
    expect(await collect(warm)).toEqual(cold)
    expect(log.calls).toEqual([])
    const uncached = createVision(options({ cacheFolder: null }), toyNetwork().open)
    expect(await collect(uncached)).toEqual(cold)
    const prepared = []
    for await (const outcome of uncached.images(images, quietTask))
      if (outcome.ok) prepared.push(outcome.value)
    const extracted = await uncached.extract(prepared, ['s'])
    expect(extracted).toEqual(cold.map((outcome) => outcome.ok && outcome.value))
    const single = await collect(createVision(options({ cacheFolder: null, batch: 1 }), toyNetwork().open))
    expect(single).toEqual(cold)
  })

  it('goes by content: copies are found, changed files are not, damaged entries are extracted again', async () => {
    const { log, open } = toyNetwork()
    const vision = createVision(options(), open)
    await collect(vision, images.slice(0, 2))
    const copy = { path: join(folder, 'copy.png') }
    await copyFile(images[1]!.path, copy.path)
    expect(firstValue((await collect(vision, [copy]))[0]!)).toBeCloseTo(17 / 3, 1)
    expect(log.calls).toHaveLength(1)

    await copyFile(images[2]!.path, copy.path)
    expect(firstValue((await collect(vision, [copy]))[0]!)).toBeCloseTo(34 / 3, 1)
    expect(log.calls).toHaveLength(2)

    const cacheFiles = (await readdir(join(folder, 'cache'), { recursive: true })).filter((name) =>
      name.endsWith('.features'),
    )
    expect(cacheFiles).toHaveLength(3)
    for (const name of cacheFiles) await writeFile(join(folder, 'cache', name), 'damaged')
    expect(firstValue((await collect(vision, [copy]))[0]!)).toBeCloseTo(34 / 3, 1)
    expect(log.calls).toHaveLength(3)
  })

  it('keeps apart what differs in preparation, size, weights, stages or device', async () => {
    const { log, open } = toyNetwork()
    const others: Partial<VisionOptions>[] = [
      {},
      { fit: 'stretch' },
      { backbone: { id: 'filterbank', weights: null, weightsId: 'sha256:01', notice: null } },
      { device: 'webgpu' },
    ]
    for (const other of others) await collect(createVision(options(other), open), images.slice(0, 1))
    await collect(createVision(options(), open), images.slice(0, 1), ['t'])
    expect(log.calls).toHaveLength(5)
  })

  it('keeps features in memory: each of its own view, part and stages, and no more than there is room for', async () => {
    const ramp = join(folder, 'ramp.png')
    const pixels = Buffer.from(Array.from({ length: 40 * 32 * 3 }, (_, i) => 6 * (Math.floor(i / 3) % 40)))
    await sharp(pixels, { raw: { width: 40, height: 32, channels: 3 } })
      .png()
      .toFile(ramp)
    const deep = join(folder, 'deep.png')
    await sharp(new Uint16Array(40 * 32).fill(10_000), { raw: { width: 40, height: 32, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(deep)
    const of = { width: 40, height: 32 }
    const crops = [undefined, ...[0, 8].map((x) => ({ x, y: 0, width: 32, height: 32, of }))]
    const refs: ImageRef[] = [
      ...crops.map((crop) => ({ path: ramp, ...(crop && { crop }) })),
      ...[65535, 20000].map((high) => ({ path: deep, reading: { range: { low: 0, high } } })),
      ...images,
    ]
    const valuesOf = async (vision: OpenVision) => {
      const found: unknown[] = []
      for (const view of [vision, vision.scaled(2), vision.scaled(2).scaled(0.5, 'subsampled')])
        for (const stages of [['s'], ['s', 't'], ['t']])
          for await (const outcome of view.features(refs, stages, quietTask))
            found.push(outcome.ok ? outcome.value.maps : outcome.error)
      return found
    }
    const plain = createVision(options({ cacheFolder: null }), toyNetwork().open)
    const expected = await valuesOf(plain)
    for (const keptBytes of [30, 1 << 20]) {
      const { log, open } = toyNetwork()
      const vision = createVision(options({ cacheFolder: null, keptBytes }), open)
      expect(await valuesOf(vision)).toEqual(expected)
      const calls = log.calls.length
      expect(await valuesOf(vision)).toEqual(expected)
      expect(log.calls.length > calls).toBe(keptBytes === 30)
      await vision.close()
    }
    await plain.close()
  })

  it('keeps features of a name by what it stands for: workers go from one dataset to the next', async () => {
    let turn = 0
    const bytes = await Promise.all(
      [40, 200].map((grey) =>
        sharp({ create: { width: 32, height: 32, channels: 3, background: { r: grey, g: grey, b: grey } } })
          .png()
          .toBuffer(),
      ),
    )
    const contents = {
      identify: async () => ({ sha256: String(turn).repeat(64), bytes: null }),
      read: async () => bytes[turn]!,
    }
    const vision = createVision(
      options({ cacheFolder: null, keptBytes: 1 << 20, contents }),
      toyNetwork().open,
    )
    const first = async () => {
      for await (const outcome of vision.features([{ path: 'one' }], ['s'], quietTask))
        return outcome.ok && [...outcome.value.maps[0]!.data]
      return
    }
    const dark = await first()
    turn = 1
    const light = await first()
    expect(light).not.toEqual(dark)
    turn = 0
    expect(await first()).toEqual(dark)
    await vision.close()
  })

  it('takes a picture that was prepared already as it is, in a view of its size alone', async () => {
    const picture = { width: 40, height: 30, data: new Uint8Array(3 * 40 * 30).fill(90) }
    const prepared = { ...prepareImage(picture, size, 'pad'), data: new Uint8Array(3 * 32 * 32).fill(7) }
    const vision = createVision(options(), toyNetwork().open)
    const first = async (view: Vision, ref: ImageRef): Promise<number | undefined> => {
      for await (const outcome of view.images([ref], quietTask))
        if (outcome.ok) return outcome.value.data[3 * (8 * outcome.value.width + 8)]
      return
    }
    const ref = { path: 'p', picture, prepared }
    expect(await first(vision, ref)).toBe(7)
    expect(await first(vision.scaled(2), ref)).toBe(90)
    expect(await first(vision.scaled(2).scaled(0.5, 'subsampled'), ref)).toBe(90)
    const crop = { x: 0, y: 0, width: 20, height: 20, of: { width: 40, height: 30 } }
    expect(await first(vision, { ...ref, crop })).toBe(90)
    expect(await first(vision, { path: images[0]!.path, prepared })).toBe(0)
    await vision.close()
  })

  it('gives views at other sizes, of smoothed or subsampled pictures, behind the same cache', async () => {
    const { log, open } = toyNetwork()
    const vision = createVision(options({ size: { width: 128, height: 128 } }), open)
    const [ref] = images
    const pictureOf = async (view: Vision) => {
      for await (const outcome of view.images([ref!], quietTask)) if (outcome.ok) return outcome.value
      throw new Error('no picture')
    }
    const whole = await pictureOf(vision)
    const half = vision.scaled(0.5)
    const small = createVision(options({ size: { width: 64, height: 64 } }), open)
    expect(await pictureOf(half)).toEqual(await pictureOf(small))
    expect(await pictureOf(vision.scaled(2).scaled(0.5))).toEqual(whole)
    const sparse = vision.scaled(0.5, 'subsampled')
    expect(await pictureOf(sparse)).toEqual(subsample(whole, 2))

    const views = [vision, half, sparse]
    for (const view of [...views, ...views, vision.scaled(1)]) {
      for await (const { ok } of view.features([ref!], ['s'], quietTask)) expect(ok).toBe(true)
    }
    expect(log.calls).toHaveLength(3)
    expect(() => vision.scaled(0.3)).toThrow(UsageError)
    await vision.close()
    expect(log).toMatchObject({ opened: 2, closed: 2 })
  })

  it('reads an image again only when the file has changed', async () => {
    const vision = createVision(options(), toyNetwork().open)
    const ref = images.slice(3, 4)
    const first = await collect(vision, ref)
    await utimes(ref[0]!.path, 1000, 1000)
    expect(await collect(vision, ref)).toEqual(first)
  })

  it('makes a bad file an outcome and keeps the order', async () => {
    const refs = [...images]
    await writeFile(join(folder, 'bad.png'), 'no image')
    refs.splice(2, 0, { path: join(folder, 'bad.png') })
    refs.splice(7, 0, { path: join(folder, 'none.png') })
    const { log, open } = toyNetwork()
    const vision = createVision(options(), open)
    for (const _ of ['cold', 'warm']) {
      const outcomes = await collect(vision, refs)
      expect(outcomes.map(({ path }) => path)).toEqual(refs.map(({ path }) => path))
      expect(outcomes.filter(({ ok }) => !ok).map(({ path }) => path)).toEqual([refs[2]!.path, refs[7]!.path])
      const missing = outcomes[7]!
      expect(missing.ok || missing.error).toMatch(/no such file/)
    }
    expect(log.calls.reduce((sum, call) => sum + call.images, 0)).toBe(count)
    const prepared: boolean[] = []
    for await (const { ok } of vision.images(refs, quietTask)) prepared.push(ok)
    expect(prepared).toEqual(refs.map((_, i) => i !== 2 && i !== 7))
  })

  it('stops when cancelled', async () => {
    const controller = new AbortController()
    const task: Task = { ...quietTask, signal: controller.signal }
    const vision = createVision(options(), toyNetwork().open)
    const seen: string[] = []
    const run = async () => {
      for await (const { path } of vision.features(images, ['s'], task)) {
        seen.push(path)
        controller.abort()
      }
    }
    await expect(run()).rejects.toBeInstanceOf(CancelledError)
    expect(seen.length).toBeLessThan(count)
  })

  it('passes on what the network throws, and can go on after it', async () => {
    let fails = true
    const { open } = toyNetwork()
    const opener: typeof open = async (request) => {
      const backbone = await open(request)
      return {
        ...backbone,
        async extract(prepared) {
          if (fails) throw new Error('out of memory')
          return backbone.extract(prepared)
        },
      }
    }
    const vision = createVision(options(), opener)
    await expect(collect(vision)).rejects.toThrow('out of memory')
    fails = false
    expect(await collect(vision)).toHaveLength(count)
  })

  it('reports progress only where it had to extract', async () => {
    const lines: [number, number | null][] = []
    const task: Task = {
      ...quietTask,
      progress: () => ({
        update: (done, total) => lines.push([done, total]),
        end: () => lines.push([-1, null]),
      }),
    }
    await collect(createVision(options(), toyNetwork().open), images, ['s'], task)
    expect(lines.at(-2)).toEqual([count, count])
    expect(lines.at(-1)).toEqual([-1, null])
    lines.length = 0
    await collect(createVision(options(), toyNetwork().open), images, ['s'], task)
    expect(lines).toEqual([])
  })

  it('says so once when it cannot cache, and works', async () => {
    await writeFile(join(folder, 'file'), '')
    const notes: string[] = []
    const task: Task = { ...quietTask, note: (message) => notes.push(message) }
    const vision = createVision(options({ cacheFolder: join(folder, 'file') }), toyNetwork().open)
    expect(await collect(vision, images, ['s'], task)).toHaveLength(count)
    expect(notes).toHaveLength(1)
  })
})

describe('createVision with the embedded backbone', () => {
  it('gives the same bits cold and warm, whatever the neighbours', async () => {
    const backbone = await resolveBackbone({ backbone: 'filterbank', weightsFolders: [] }, quietTask)
    const vision = createVision(options({ backbone }))
    try {
      const stages = vision.backbone.patchDefaults.stages
      const cold = await collect(vision, images.slice(0, 5), [...stages])
      expect(cold.every(({ ok }) => ok)).toBe(true)
      expect(await collect(vision, images.slice(0, 5), [...stages])).toEqual(cold)
      const alone = createVision(options({ backbone, cacheFolder: null }))
      expect(await collect(alone, images.slice(4, 5), [...stages])).toEqual(cold.slice(4))
      await alone.close()
    } finally {
      await vision.close()
    }
  })
})

describeWith(weightsDir, 'createVision with pretrained weights', () => {
  it('gives the same bits cold and warm', async () => {
    const backbone = await resolveBackbone(
      { backbone: 'mobilenet_v2', weightsFolders: [weightsDir] },
      quietTask,
    )
    const run = async () => {
      const vision = createVision(options({ backbone, size: { width: 64, height: 64 } }))
      try {
        return await collect(vision, images.slice(0, 3), [...vision.backbone.patchDefaults.stages])
      } finally {
        await vision.close()
      }
    }
    expect(await run()).toEqual(await run())
  })
})
