import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drawCrop } from '../../scripts/distill/crops.ts'
import { distillationLoss, lossWeights } from '../../scripts/distill/distillation-loss.ts'
import type { Parameters } from '../../scripts/distill/initial-parameters.ts'
import { distillDefaults, leaveOut } from '../../scripts/distill/options.ts'
import { solveSymmetric } from '../../scripts/distill/solve-symmetric.ts'
import { openTeacher } from '../../scripts/distill/teacher.ts'
import { distil } from '../../scripts/distill/train.ts'
import { CancelledError } from '../../src/errors.ts'
import { compute, tensor } from '../../src/graph/index.ts'
import type { Image } from '../../src/image/image.ts'
import { createRandom } from '../../src/math/random.ts'
import { quietTask, type Task } from '../../src/task.ts'

const photograph = (seed: number, width = 80, height = 64): Image => {
  const random = createRandom(seed)
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i % 97) + random.integer(120))
  return { width, height, data }
}

/** Much faster than `toEqual` on long arrays. */
const isSame = (a: ArrayBufferView, b: ArrayBufferView): boolean =>
  Buffer.from(a.buffer, a.byteOffset, a.byteLength).equals(Buffer.from(b.buffer, b.byteOffset, b.byteLength))

let work: string
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'plumbline-distil-'))
})
afterEach(() => rm(work, { recursive: true }))

describe('distil', () => {
  const options = { ...distillDefaults, steps: 4, batch: 2, side: 64, threads: 1 }
  const photographs = [photograph(1), photograph(2), photograph(3)]
  const pictures = { photographs, textures: photographs, renders: photographs, heldOut: [photograph(4)] }

  /** A training by the filter bank, whose features the student reaches through heads. */
  async function train(folder: string, task: Task): Promise<Parameters> {
    const teacher = await openTeacher('filterbank', work, { images: 2, side: 64, threads: 1 }, task)
    try {
      return await distil(teacher, pictures, null, folder, options, task)
    } finally {
      await teacher.close()
    }
  }

  it('goes on after an interruption as if there had been none, to the same bytes', async () => {
    const whole = await train(join(work, 'whole'), quietTask)
    const stop = new AbortController()
    const interrupted: Task = {
      ...quietTask,
      signal: stop.signal,
      progress: () => ({ update: (done) => done === 2 && stop.abort(), end() {} }),
    }
    const folder = join(work, 'parts')
    await expect(train(folder, interrupted)).rejects.toBeInstanceOf(CancelledError)
    const resumed = await train(folder, quietTask)
    for (const [name, { data }] of Object.entries(whole)) {
      expect(isSame(resumed[name]!.data, data), name).toBe(true)
    }
    const kept = (name: string) => readFile(join(work, name, 'distil.checkpoint'))
    expect((await kept('parts')).equals(await kept('whole'))).toBe(true)
    const curve = await readFile(join(folder, 'curve.csv'), 'utf8')
    expect(curve.split('\n')[0]).toContain('stage4.within')
  })
})

describe('leaveOut', () => {
  it('leaves out what is named, and knows nothing else', () => {
    const options = { ...distillDefaults, steps: 4, threads: 1 }
    expect(leaveOut(options, [])).toEqual(options)
    const left = leaveOut(options, ['patches', 'blocks', 'calm'])
    expect(left).toEqual({
      ...options,
      ...{ weights: { ...lossWeights, patches: 0 }, takesOver: false, calmShare: 0 },
    })
    expect(leaveOut(options, ['within', 'variations'])).toMatchObject({
      weights: { within: 0 },
      calmShare: 1,
    })
    expect(() => leaveOut(options, ['toString'])).toThrow(
      /one of patches, within, rare, blemishes, blocks, variations, calm/,
    )
  })
})

describe('drawCrop', () => {
  const source = photograph(7, 200, 150)
  const plain = { isVaried: false, isBlemished: false }
  const varied = { ...plain, isVaried: true }
  it('draws blemishes for both, in more than half of the crops, and changes nothing else', () => {
    const side = 48
    const drawn = Array.from({ length: 60 }, (_, i) =>
      [plain, { ...plain, isBlemished: true }].map((shown) => drawCrop(source, side, shown, createRandom(i))),
    )
    const blemished = drawn.filter(([without, within]) => !isSame(without!.teacher, within!.teacher))
    expect(blemished.length).toBeGreaterThan(15)
    expect(blemished.length).toBeLessThan(50)
    for (const [, within] of drawn) expect(isSame(within!.student, within!.teacher)).toBe(true)
    const touched = blemished.map(([without, within]) =>
      without!.teacher.reduce(
        (count, value, i) => count + Number(Math.abs(value - within!.teacher[i]!) > 8),
        0,
      ),
    )
    // Small: most of a crop is as it was, but for a mean level that moved.
    expect(touched.toSorted((a, b) => a - b)[touched.length >> 1]).toBeLessThan(0.4 * side * side * 3)
  })

  it('follows from the stream alone, and varies only what the student sees', () => {
    const crops = [0, 1].map(() => drawCrop(source, 48, varied, createRandom(3)))
    expect(isSame(crops[0]!.student, crops[1]!.student)).toBe(true)
    const drawn = Array.from({ length: 40 }, (_, i) => drawCrop(source, 48, varied, createRandom(i)))
    const seenOtherwise = drawn.filter(({ teacher, student }) => !isSame(teacher, student))
    expect(seenOtherwise.length).toBeGreaterThan(10)
    expect(seenOtherwise.length).toBeLessThan(30)
    for (let i = 0; i < 40; i++) {
      const calm = drawCrop(source, 48, plain, createRandom(i))
      expect(isSame(calm.student, calm.teacher)).toBe(true)
      expect(isSame(calm.teacher, drawn[i]!.teacher)).toBe(true)
    }
  })
})

describe('distillationLoss', () => {
  it('is nothing where the student gives what the teacher does, and counts within a picture by its own variation', async () => {
    const random = createRandom(5)
    const shape = [2, 8, 4, 4]
    const features = Float32Array.from({ length: 256 }, () => random.normal())
    const loss = async (student: Float32Array) => {
      const { loss, within } = await compute(
        'loss',
        { student: tensor(student, shape), teacher: tensor(features, shape) },
        ({ student, teacher }) => {
          const built = distillationLoss(new Map([['stage4', student]]), new Map([['stage4', teacher]]), {
            stage4: new Float32Array(8).fill(2),
          })
          return { loss: built.loss, within: built.parts['stage4.within']! }
        },
        {},
      )
      return [loss.data[0]!, within.data[0]!] as const
    }
    expect(await loss(features)).toEqual([0, 0])
    const [constant, within] = await loss(new Float32Array(256).fill(1))
    expect(within).toBeGreaterThan(0.8) // no variation at all is as far off as can be
    expect(within).toBeLessThanOrEqual(1)
    expect(constant).toBeGreaterThan(lossWeights.within * within)
  })
})

describe('solveSymmetric', () => {
  it('solves', () => {
    const a = Float64Array.of(4, 2, 0.5, 2, 5, 1, 0.5, 1, 3)
    const x = solveSymmetric(a.slice(), 3, Float64Array.of(9.5, 1, 15, 0, 11.5, 0), 2)
    for (const [row, expected] of [9.5, 15, 11.5].entries()) {
      const sum = [0, 1, 2].reduce((total, col) => total + a[3 * row + col]! * x[2 * col]!, 0)
      expect(sum).toBeCloseTo(expected, 10)
    }
    expect(() => solveSymmetric(Float64Array.of(1, 2, 2, 1), 2, new Float64Array(2), 1)).toThrow(
      /positive definite/,
    )
  })
})
