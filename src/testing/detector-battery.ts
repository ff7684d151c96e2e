/**
 * The checks every detection method must pass, unchanged: what the rest of the program relies on whoever the detector is.
 *
 * They look at tiny pictures of two textures through the embedded backbone: stripes are nominal, a bright square on them is a
 * defect. They know no test framework; with Vitest, or `node:test` and its `after`:
 *
 * ```ts
 * const { checks, close } = detectorBattery(myMethod, quickOptions)
 * afterAll(close)
 * for (const { name, run } of checks) it(name, run)
 * ```
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { createVision, type OpenVision } from '../backbone/create-vision.ts'
import { resolveBackbone } from '../backbone/resolve-weights.ts'
import type {
  Detector,
  DetectorMethod,
  GatheredShard,
  ImageRef,
  Outcome,
  Scored,
  Scratch,
} from '../detector/detector.ts'
import { CancelledError, InputError, ModelError } from '../errors.ts'
import { encodePng } from '../image/encode-image.ts'
import { createRandom } from '../math/random.ts'
import { present } from '../present.ts'
import { quietTask, type Task } from '../task.ts'
import { defectAt, stripes } from './striped-image.ts'

export interface DetectorBattery {
  /** In this order or any other; each throws an assertion error when the method does not keep the contract. */
  readonly checks: readonly DetectorCheck[]
  /** Releases native memory, once the checks are done. */
  close(): Promise<void>
}

export interface DetectorCheck {
  readonly name: string
  run(): Promise<void>
}

const machine = { device: 'cpu', threads: 2 }
const inputSize = { width: 64, height: 64 }

const several = (name: string, from: number, count: number, hasDefect: boolean): readonly ImageRef[] =>
  Array.from({ length: count }, (_, i) => ({
    path: `${name}-${from + i}`,
    picture: stripes(from + i, hasDefect),
  }))
const nominal = several('train', 0, 12, false)
const unseen = several('good', 100, 8, false)
const defective = several('bad', 200, 8, true)
const both = [...unseen, ...defective]
const [good, other] = unseen as [ImageRef, ImageRef]
const [bad] = defective as [ImageRef]

/** @param quick - Options that make a fit on twelve pictures of 64 x 64 pixels quick. */
export function detectorBattery<Options>(method: DetectorMethod<Options>, quick: Options): DetectorBattery {
  const opened: { vision?: Promise<OpenVision>; fitted?: Promise<Detector> } = {}
  const openVision = (): Promise<OpenVision> => {
    opened.vision ??= (async () => {
      const backbone = await resolveBackbone({ backbone: 'filterbank', weightsFolders: [] }, quietTask)
      return createVision({ size: inputSize, fit: 'pad', backbone, cacheFolder: null, ...machine })
    })()
    return opened.vision
  }
  const train = async (
    samples = nominal,
    task: Task = quietTask,
    scratch: Scratch | null = null,
  ): Promise<Detector> => {
    const [vision, random] = [await openVision(), createRandom(0, 'battery')]
    return method.fit({ samples, vision, random, task, scratch, ...machine }, quick)
  }
  const fitted = (): Promise<Detector> => {
    opened.fitted ??= train()
    return opened.fitted
  }
  const outcomesOf = async (
    refs: readonly ImageRef[],
    { by, task = quietTask }: { by?: Detector; task?: Task } = {},
  ): Promise<readonly Outcome<Scored>[]> => {
    const outcomes: Outcome<Scored>[] = []
    const detector = by ?? (await fitted())
    for await (const outcome of detector.score(refs, await openVision(), task)) outcomes.push(outcome)
    return outcomes
  }
  const scored = async (refs: readonly ImageRef[], by?: Detector): Promise<readonly Scored[]> =>
    (await outcomesOf(refs, by ? { by } : {})).map((outcome) => {
      if (outcome.ok) return outcome.value
      throw new assert.AssertionError({ message: `${outcome.path}: ${outcome.error}` })
    })
  const scoresOf = async (refs: readonly ImageRef[], by?: Detector): Promise<readonly number[]> =>
    (await scored(refs, by)).map(({ score }) => score)
  const loads = async (files: ReadonlyMap<string, Uint8Array>): Promise<unknown> =>
    method.load(files, machine).then(
      () => 'loaded',
      (error: unknown) => error,
    )

  const checks: Record<string, () => Promise<void>> = {
    async 'has defaults, and refuses settings it does not know'() {
      assert.equal(method.options.safeParse({}).success, true)
      assert.equal(method.options.safeParse({ noSuchSetting: 1 }).success, false)
      assert.ok(Number.isInteger(method.version), 'its version is a whole number')
    },

    async 'scores what has a defect above what has none'() {
      const [low, high] = [await scoresOf(unseen), await scoresOf(defective)]
      const pairs = low.flatMap((g) => high.map((b) => (b > g ? 1 : b === g ? 0.5 : 0)))
      const auroc = pairs.reduce((sum: number, won) => sum + won, 0) / pairs.length
      assert.ok(auroc >= 0.95, `expected an AUROC of at least 0.95, got ${auroc}`)
    },

    async 'scores in the order asked for, and reports a bad file in its place'() {
      const broken = { path: 'broken.png', picture: new TextEncoder().encode('not a picture') }
      const missing = { path: join('no', 'such', 'file.png') }
      const refs = [good, broken, bad, missing, other]
      const outcomes = await outcomesOf(refs)
      assert.deepEqual(
        outcomes.map(({ path }) => path),
        refs.map(({ path }) => path),
      )
      assert.deepEqual(
        outcomes.map(({ ok }) => ok),
        [true, false, true, false, true],
      )
      for (const outcome of outcomes) if (!outcome.ok) assert.notEqual(outcome.error, '')
    },

    async 'gives an image the same score whatever its neighbours in the list'() {
      const together = await scoresOf(both)
      for (const [i, ref] of both.entries()) assertClose(await scoresOf([ref]), together.slice(i, i + 1))
    },

    async 'scores an empty list'() {
      assert.deepEqual(await outcomesOf([]), [])
    },

    async 'maps scores to pixels, and leaves the padding at 0'() {
      const wide = { path: 'wide', picture: stripes(7, true, 96, 48) }
      for (const { map, frame } of await scored([bad, wide])) {
        const { width, height, data } = map()
        assert.deepEqual({ width, height }, inputSize)
        assert.ok(data.every(Number.isFinite), 'every pixel of the map is a number')
        assert.ok(
          data.some((value) => value !== 0),
          'the map is not empty',
        )
        const { x, y, width: columns, height: rows } = frame.content
        for (const [i, value] of data.entries()) {
          const [col, row] = [i % width, Math.floor(i / width)]
          const isInside = col >= x && col < x + columns && row >= y && row < y + rows
          if (!isInside) assert.equal(value, 0)
        }
      }
    },

    async 'puts the peak of the map near the defect'() {
      let near = 0
      for (const [i, { map }] of (await scored(defective)).entries()) {
        const { width, data } = map()
        const peak = data.indexOf(data.reduce((a, b) => Math.max(a, b)))
        const { x, y } = defectAt(200 + i, 64, 64)
        if (Math.hypot((peak % width) - x - 5, Math.floor(peak / width) - y - 5) < 20) near++
      }
      assert.ok(
        near >= defective.length - 1,
        `expected peaks near the defects, got ${near} of ${defective.length}`,
      )
    },

    async 'scores images of any size, a single pixel too'() {
      const sizes = [
        [1, 1],
        [300, 2],
        [2, 300],
        [640, 480],
      ] as const
      const refs = sizes.map(([width, height]) => ({
        path: `${width}x${height}`,
        picture: stripes(3, false, width, height),
      }))
      for (const score of await scoresOf(refs)) assert.ok(Number.isFinite(score))
    },

    async 'fits the same from the same seed, 0 too'() {
      const again = await train()
      assert.deepEqual(again.save(), (await fitted()).save())
      await again.close()
    },

    async 'scores bit for bit the same after saving and loading'() {
      const files = (await fitted()).save()
      const loaded = await method.load(files, machine)
      assert.deepEqual(await scoresOf(both, loaded), await scoresOf(both))
      assert.deepEqual(loaded.save(), files)
      await loaded.close()
    },

    async 'refuses files that are missing, cut, longer, or not its own'() {
      const files = (await fitted()).save()
      assert.ok((await loads(new Map())) instanceof ModelError, 'no files')
      for (const [name, bytes] of files) {
        const damages = {
          empty: new Uint8Array(),
          'four bytes short': bytes.subarray(0, bytes.length - 4),
          cut: bytes.subarray(0, Math.min(10, bytes.length - 1)),
          'begun and followed by something else': Uint8Array.from([...bytes.subarray(0, 4096), 0, 0, 0, 0]),
          'of another format': Uint8Array.from(bytes, (byte, i) => (i < 4 ? 255 - byte : byte)),
        }
        for (const [damage, other] of Object.entries(damages)) {
          const found = await loads(new Map([...files, [name, other]]))
          assert.ok(found instanceof ModelError, `${name}, ${damage}: expected a ModelError, got ${found}`)
        }
      }
    },

    async 'stops a fit, and a scoring, when it is told to'() {
      const controller = new AbortController()
      controller.abort()
      const task = { ...quietTask, signal: controller.signal }
      await assert.rejects(train(nominal, task), CancelledError)
      await assert.rejects(outcomesOf(unseen, { task }), CancelledError)
    },

    async 'goes on from what an interrupted fit left, to the same model'() {
      const kept = new Map<string, Uint8Array>()
      const scratch: Scratch = {
        read: async (name) => kept.get(name)?.slice(),
        write: async (name, bytes) => void kept.set(name, bytes.slice()),
      }
      for (const updates of [3, 9, 27]) {
        await train(nominal, stoppedAfter(updates), scratch).then(
          (detector) => detector.close(), // it was faster
          (error: unknown) => assert.ok(error instanceof CancelledError, String(error)),
        )
      }
      const resumed = await train(nominal, quietTask, scratch)
      assert.deepEqual(resumed.save(), (await fitted()).save())
      await resumed.close()
    },

    ...(method.shared && {
      async 'learns from shards, in any order, what it learns from all images at once'() {
        const [vision, random] = [await openVision(), createRandom(0, 'battery')]
        const shared = present(method.shared, 'a shared fit')
        for (const size of [1, 5, nominal.length]) {
          const shards = nominal.flatMap((_, from): GatheredShard[] => {
            if (from % size !== 0) return []
            const samples = nominal.slice(from, from + size)
            const places = samples.map((_, i) => from + i)
            return [
              {
                async read(isFull) {
                  const fits = [{ random, places, images: nominal.length, isFull }]
                  const [own] = await shared.gather({ samples, vision, task: quietTask, fits }, quick)
                  return present(own, 'what was gathered')
                },
              },
            ]
          })
          const made = await shared.fit(
            shards.reverse(),
            { vision, random, task: quietTask, ...machine },
            quick,
          )
          assert.deepEqual(made.save(), (await fitted()).save())
          await made.close()
        }
      },
    }),

    async 'names the training image that fails'() {
      const cut = { path: 'cut.png', picture: (await encodePng(stripes(1, false))).subarray(0, 100) }
      await assert.rejects(
        train([...nominal, cut]),
        (error) => error instanceof InputError && error.path === 'cut.png',
      )
    },

    async 'fits on a single image'() {
      const lonely = await train(nominal.slice(0, 1))
      for (const score of await scoresOf(unseen, lonely)) assert.ok(Number.isFinite(score))
      await lonely.close()
    },

    async 'may be closed twice'() {
      const loaded = await method.load((await fitted()).save(), machine)
      await loaded.close()
      await loaded.close()
    },
  }
  return {
    checks: Object.entries(checks).map(([name, run]) => ({ name, run })),
    async close() {
      await (await opened.fitted)?.close()
      await (await opened.vision)?.close()
    },
  }
}

/** The runtime chooses the order of sums by how many images it is given. */
function assertClose(actual: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) {
    const difference = Math.abs((actual[i] ?? Number.NaN) - value)
    assert.ok(difference < 5e-5, `expected ${value}, got ${actual[i]}`)
  }
}

/** A task that is told to stop when progress has been reported so many times. */
function stoppedAfter(updates: number): Task {
  const controller = new AbortController()
  let left = updates
  return {
    ...quietTask,
    signal: controller.signal,
    progress: () => ({
      update() {
        if (--left <= 0) controller.abort()
      },
      end() {},
    }),
  }
}
