/**
 * The tests every detection method must pass, unchanged: what the rest of the program relies on whoever the detector is.
 *
 * They run on tiny pictures of two textures: stripes are nominal, a bright square on them is a defect.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createVision, type OpenVision } from '../../src/backbone/create-vision.ts'
import { resolveBackbone } from '../../src/backbone/resolve-weights.ts'
import type {
  Detector,
  DetectorMethod,
  ImageRef,
  Outcome,
  Scored,
  Scratch,
} from '../../src/detector/detector.ts'
import { CancelledError, InputError, ModelError } from '../../src/errors.ts'
import { encodePng } from '../../src/image/encode-image.ts'
import { createRandom } from '../../src/math/random.ts'
import { quietTask, type Task } from '../../src/task.ts'
import { defectAt, stripes } from '../striped-image.ts'

const machine = { device: 'cpu', threads: 2 }
const inputSize = { width: 64, height: 64 }

/** Runs the battery over a method with options that make it quick. */
export function describeDetector<Options>(method: DetectorMethod<Options>, quick: Options): void {
  describe(`${method.id} fulfils the contract of detectors`, () => {
    let folder = ''
    let vision: OpenVision
    let nominal: ImageRef[] = []
    let unseen: ImageRef[] = []
    let defective: ImageRef[] = []
    let fitted: Detector

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'plumbline-battery-'))
      const backbone = await resolveBackbone({ backbone: 'filterbank', weightsFolders: [] }, quietTask)
      vision = createVision({ size: inputSize, fit: 'pad', backbone, cacheFolder: null, ...machine })
      const draw = async (name: string, seed: number, hasDefect: boolean): Promise<ImageRef> => {
        const path = join(folder, `${name}-${seed}.png`)
        await writeFile(path, await encodePng(stripes(seed, hasDefect)))
        return { path }
      }
      const several = (name: string, from: number, count: number, hasDefect: boolean) =>
        Promise.all(Array.from({ length: count }, (_, i) => draw(name, from + i, hasDefect)))
      nominal = await several('train', 0, 12, false)
      unseen = await several('good', 100, 8, false)
      defective = await several('bad', 200, 8, true)
      fitted = await train()
    })
    afterAll(async () => {
      await fitted.close()
      await vision.close()
      await rm(folder, { recursive: true })
    })

    const train = (samples = nominal, seed = 0, task: Task = quietTask): Promise<Detector> =>
      method.fit({ samples, vision, random: createRandom(seed, 'battery'), task, ...machine }, quick)
    const scoreAll = async (detector: Detector, refs: readonly ImageRef[], task: Task = quietTask) => {
      const outcomes: Outcome<Scored>[] = []
      for await (const outcome of detector.score(refs, vision, task)) outcomes.push(outcome)
      return outcomes
    }
    const scoresOf = async (detector: Detector, refs: readonly ImageRef[]): Promise<number[]> =>
      (await scoreAll(detector, refs)).map((outcome) => {
        if (!outcome.ok) throw new Error(outcome.error)
        return outcome.value.score
      })

    it('has defaults, and refuses settings it does not know', () => {
      expect(method.options.safeParse({}).success).toBe(true)
      expect(method.options.safeParse({ noSuchSetting: 1 }).success).toBe(false)
    })

    it('scores what has a defect above what has none', async () => {
      const [good, bad] = [await scoresOf(fitted, unseen), await scoresOf(fitted, defective)]
      const pairs = good.flatMap((g) => bad.map((b) => (b > g ? 1 : b === g ? 0.5 : 0)))
      expect(pairs.reduce((sum: number, won) => sum + won, 0) / pairs.length).toBeGreaterThanOrEqual(0.95)
    })

    it('scores in the order asked for, and reports a bad file in its place', async () => {
      const broken = { path: join(folder, 'broken.png') }
      await writeFile(broken.path, 'not a picture')
      const refs = [unseen[0]!, broken, defective[0]!, { path: join(folder, 'missing.png') }, unseen[1]!]
      const outcomes = await scoreAll(fitted, refs)
      expect(outcomes.map(({ path }) => path)).toEqual(refs.map(({ path }) => path))
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true, false, true])
      for (const outcome of outcomes) if (!outcome.ok) expect(outcome.error).not.toBe('')
    })

    it('gives an image the same score whatever its neighbours in the list', async () => {
      const together = await scoresOf(fitted, [...unseen, ...defective])
      const alone: number[] = []
      for (const ref of [...unseen, ...defective]) alone.push((await scoresOf(fitted, [ref]))[0]!)
      alone.forEach((score, i) => {
        expect(score).toBeCloseTo(together[i]!, 4)
      })
    })

    it('scores an empty list', async () => {
      expect(await scoreAll(fitted, [])).toEqual([])
    })

    it('maps scores to pixels, and leaves the padding at 0', async () => {
      const wide = { path: join(folder, 'wide.png') }
      await writeFile(wide.path, await encodePng(stripes(7, true, 96, 48)))
      for (const outcome of await scoreAll(fitted, [defective[0]!, wide])) {
        if (!outcome.ok) throw new Error(outcome.error)
        const { frame } = outcome.value
        const map = outcome.value.map()
        expect({ width: map.width, height: map.height }).toEqual(inputSize)
        expect(map.data.every(Number.isFinite)).toBe(true)
        expect(map.data.some((value) => value !== 0)).toBe(true)
        const { x, y, width, height } = frame.content
        map.data.forEach((value, i) => {
          const [col, row] = [i % map.width, Math.floor(i / map.width)]
          const isInside = col >= x && col < x + width && row >= y && row < y + height
          if (!isInside) expect(value).toBe(0)
        })
      }
    })

    it('puts the peak of the map near the defect', async () => {
      let near = 0
      for (const outcome of await scoreAll(fitted, defective)) {
        if (!outcome.ok) throw new Error(outcome.error)
        const map = outcome.value.map()
        const peak = map.data.indexOf(map.data.reduce((a, b) => Math.max(a, b)))
        const seed = Number(/-(\d+)\.png$/.exec(outcome.path)![1])
        const { x, y } = defectAt(seed, 64, 64)
        const distance = Math.hypot((peak % map.width) - x - 5, Math.floor(peak / map.width) - y - 5)
        if (distance < 20) near++
      }
      expect(near).toBeGreaterThanOrEqual(defective.length - 1)
    })

    it('scores images of any size, a single pixel too', async () => {
      const sizes = [
        [1, 1],
        [300, 2],
        [2, 300],
        [640, 480],
      ] as const
      const refs = await Promise.all(
        sizes.map(async ([width, height]) => {
          const path = join(folder, `${width}x${height}.png`)
          await writeFile(path, await encodePng(stripes(3, false, width, height)))
          return { path }
        }),
      )
      for (const score of await scoresOf(fitted, refs)) expect(Number.isFinite(score)).toBe(true)
    })

    it('fits the same from the same seed, 0 too', async () => {
      const again = await train()
      expect(again.save()).toEqual(fitted.save())
      await again.close()
    })

    it('scores bit for bit the same after saving and loading', async () => {
      const loaded = await method.load(fitted.save(), machine)
      expect(await scoresOf(loaded, [...unseen, ...defective])).toEqual(
        await scoresOf(fitted, [...unseen, ...defective]),
      )
      expect(loaded.save()).toEqual(fitted.save())
      await loaded.close()
    })

    it('refuses files that are missing, cut, longer, or not its own', async () => {
      const files = fitted.save()
      const refused = async (changed: ReadonlyMap<string, Uint8Array>) =>
        expect(
          await method.load(changed, machine).then(
            () => 'loaded',
            (error: unknown) => error,
          ),
        ).toBeInstanceOf(ModelError)
      await refused(new Map())
      for (const [name, bytes] of files) {
        const replaced = (other: Uint8Array) => new Map([...files, [name, other]])
        await refused(replaced(new Uint8Array()))
        await refused(replaced(bytes.subarray(0, bytes.length - 4)))
        await refused(replaced(bytes.subarray(0, 10)))
        await refused(replaced(Uint8Array.from([...bytes.subarray(0, 4096), 0, 0, 0, 0])))
        await refused(replaced(Uint8Array.from(bytes, (byte, i) => (i < 4 ? 255 - byte : byte))))
      }
    })

    it('stops a fit, and a scoring, when it is told to', async () => {
      const controller = new AbortController()
      controller.abort()
      const task = { ...quietTask, signal: controller.signal }
      await expect(train(nominal, 0, task)).rejects.toBeInstanceOf(CancelledError)
      await expect(scoreAll(fitted, unseen, task)).rejects.toBeInstanceOf(CancelledError)
    })

    it('goes on from what an interrupted fit left, to the same model', async () => {
      const kept = new Map<string, Uint8Array>()
      const scratch: Scratch = {
        read: async (name) => kept.get(name)?.slice(),
        write: async (name, bytes) => void kept.set(name, bytes.slice()),
      }
      const fitFrom = (task: Task) =>
        method.fit(
          { samples: nominal, vision, random: createRandom(0, 'battery'), task, scratch, ...machine },
          quick,
        )
      for (const updates of [3, 9, 27]) {
        await fitFrom(stoppedAfter(updates)).then(
          (detector) => detector.close(), // it was faster
          (error: unknown) => expect(error).toBeInstanceOf(CancelledError),
        )
      }
      const resumed = await fitFrom(quietTask)
      expect(resumed.save()).toEqual(fitted.save())
      await resumed.close()
    })

    it('names the training image that fails', async () => {
      const path = join(folder, 'cut.png')
      await writeFile(path, (await encodePng(stripes(1, false))).subarray(0, 100))
      const error = await train([...nominal, { path }]).then(
        () => undefined,
        (cause: unknown) => cause,
      )
      expect(error).toBeInstanceOf(InputError)
      expect((error as InputError).path).toBe(path)
    })

    it('fits on a single image', async () => {
      const lonely = await train(nominal.slice(0, 1))
      for (const score of await scoresOf(lonely, unseen)) expect(Number.isFinite(score)).toBe(true)
      await lonely.close()
    })

    it('may be closed twice', async () => {
      const other = await method.load(fitted.save(), machine)
      await other.close()
      await other.close()
    })
  })
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
