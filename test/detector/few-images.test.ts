/** What the detectors for few images do with hardly any: one, two that are the same, and such as are smaller than a patch. */
import { describe, expect, it } from 'vitest'
import { createVision } from '../../src/backbone/create-vision.ts'
import { resolveBackbone } from '../../src/backbone/resolve-weights.ts'
import { anomalydino } from '../../src/detector/anomalydino/anomalydino.ts'
import type { DetectorMethod, ImageRef } from '../../src/detector/detector.ts'
import { subspace } from '../../src/detector/subspace/subspace.ts'
import { StatisticalError, UsageError } from '../../src/errors.ts'
import type { Image } from '../../src/image/image.ts'
import { createRandom } from '../../src/math/random.ts'
import { quietTask } from '../../src/task.ts'

const machine = { device: 'cpu', threads: 1 } as const
const backbone = await resolveBackbone({ backbone: 'filterbank', weightsFolders: [] }, quietTask)
const vision = createVision({
  ...{ size: { width: 56, height: 56 }, fit: 'pad', backbone, cacheFolder: null },
  ...machine,
})

/** Stripes, with a bright square in it where one is asked for. */
function picture(side: number, hasDefect = false): Image {
  const data = new Uint8Array(3 * side * side)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const inside = hasDefect && Math.abs(x - side / 2) < side / 6 && Math.abs(y - side / 2) < side / 6
      data.fill(inside ? 255 : 80 + 40 * ((x >> 2) % 2), 3 * (y * side + x), 3 * (y * side + x) + 3)
    }
  }
  return { width: side, height: side, data }
}
const ref = (name: string, image: Image): ImageRef => ({ path: name, picture: image })

async function learn(method: DetectorMethod<never>, samples: readonly ImageRef[], options: object = {}) {
  const parsed = method.options.parse(options) as never
  return await method.fit({ samples, vision, random: createRandom(0), task: quietTask, ...machine }, parsed)
}
async function scoresOf(
  method: DetectorMethod<never>,
  samples: readonly ImageRef[],
  judged: readonly ImageRef[],
) {
  const detector = await learn(method, samples)
  const scores: number[] = []
  for await (const outcome of detector.score(judged, vision, quietTask)) {
    if (!outcome.ok) throw new Error(outcome.error)
    scores.push(outcome.value.score)
  }
  await detector.close()
  return scores
}

describe.each([
  ['subspace', subspace as DetectorMethod<never>],
  ['anomalydino', anomalydino as DetectorMethod<never>],
])('%s', (_, method) => {
  const good = ref('good', picture(56))
  const bad = ref('bad', picture(56, true))

  it('learns from one image', async () => {
    const [same, other] = await scoresOf(method, [good], [good, bad])
    expect(other!).toBeGreaterThan(same!)
    expect(Number.isFinite(same! + other!)).toBe(true)
  })

  it('learns from two images that are the same', async () => {
    const [same, other] = await scoresOf(method, [good, ref('again', picture(56))], [good, bad])
    expect(other!).toBeGreaterThan(same!)
  })

  it('learns from photographs smaller than a patch of a transformer', async () => {
    const [same, other] = await scoresOf(method, [ref('small', picture(9))], [ref('small', picture(9)), bad])
    expect(Number.isFinite(same! + other!)).toBe(true)
    expect(other!).toBeGreaterThan(same!)
  })

  it('refuses none', async () => {
    await expect(learn(method, [])).rejects.toThrow(StatisticalError)
  })
})

describe('subspace', () => {
  const method = subspace as DetectorMethod<never>
  const one = [ref('good', picture(56))]

  it('refuses more components than its patches vary in, and says how many those are', async () => {
    const options = { components: 16, stages: ['scale1', 'scale2'], stride: 14, rotations: 1 }
    await expect(learn(method, one, options)).rejects.toThrow(
      'subspace: components: 16 patches over all images vary in at most 15 directions, and 16 are asked for',
    )
  })

  it('refuses the mean of stages with different widths before it learns', async () => {
    const { stages } = vision.backbone
    const uneven = {
      ...vision,
      backbone: {
        ...vision.backbone,
        stages: stages.map((stage, i) => ({ ...stage, channels: stage.channels + i })),
      },
    }
    const options = { join: 'mean', stages: stages.slice(0, 2).map(({ name }) => name) }
    const asked = method.fit(
      { samples: one, vision: uneven, random: createRandom(0), task: quietTask, ...machine },
      method.options.parse(options) as never,
    )
    await expect(asked).rejects.toThrow(UsageError)
    await expect(asked).rejects.toThrow('subspace: join=mean: expected stages of one width, got')
  })
})
