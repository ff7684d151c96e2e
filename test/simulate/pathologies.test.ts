import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Image, Mask } from '../../src/image/image.ts'
import { createRandom } from '../../src/math/random.ts'
import { exposeObject } from '../../src/simulate/forged-objects.ts'
import { createLayerCache, layerKey } from '../../src/simulate/layer-cache.ts'
import { fewSamples } from '../../src/simulate/pathologies/amounts.ts'
import { pathologies } from '../../src/simulate/pathologies/pathologies.ts'
import { byPart, drawShare } from '../../src/simulate/pathologies/pathology.ts'
import { type PathologyName, pathologyNames } from '../../src/simulate/pathologies/pathology-names.ts'
import type { PlannedImage } from '../../src/simulate/planned-image.ts'
import { type Rendering, renderPicture } from '../../src/simulate/render-picture.ts'
import { objectNames } from '../../src/simulate/render-spec.ts'
import type { SimulateOptions } from '../../src/simulate/simulate-options.ts'
import { countPixels, planned, withScene } from './specs.ts'

const strengths = [0.3, 0.6, 1]
const options = { parts: 24, defectiveParts: 12, imagesPerPart: 3, seed: 5 } as const
const sick = (name: PathologyName, strength: number, more: Partial<SimulateOptions> = {}) =>
  planned({ ...options, ...more, pathologies: { [name]: strength } })
/** Unlike its name, a picture's scene keeps its seed whatever is done to it. */
const seedOf = ({ spec }: PlannedImage): number => spec.scene.seed
const isTouched = (name: string) => (image: PlannedImage) =>
  [...image.truth.pathologies, ...image.truth.whenAnomalous].includes(name)

const docs = readFileSync(join(import.meta.dirname, '../../docs/simulate.md'), 'utf8').replace(/ +/g, ' ')

describe('drawShare', () => {
  it('holds a smaller share in a larger one, exactly as many as asked for, and at least one', () => {
    const items = Array.from({ length: 40 }, (_, i) => i)
    const draws = [0.001, 0.1, 0.5, 1].map((share) => drawShare(items, share, createRandom(3)))
    expect(draws.map(({ size }) => size)).toEqual([1, 4, 20, 40])
    for (let i = 1; i < draws.length; i++) for (const item of draws[i - 1]!) expect(draws[i]).toContain(item)
    expect(drawShare([], 0.5, createRandom(3)).size).toBe(0)
  })
})

describe.each(pathologyNames)('%s', (name) => {
  const healthy = planned(options)

  it('stands in docs/simulate.md with its effect', () => {
    expect(docs).toContain(`| \`${name}\` | ${pathologies[name].effect} |`)
  })

  it('changes nothing at strength 0, and the same each time above', () => {
    expect(sick(name, 0)).toEqual(healthy)
    expect(sick(name, 0.7)).toEqual(sick(name, 0.7))
    expect(sick(name, 0.7)).not.toEqual(healthy)
    expect(JSON.parse(JSON.stringify(sick(name, 0.7)))).toEqual(sick(name, 0.7))
  })

  it('touches at a higher strength what it touches at a lower one, and says so', () => {
    const touched = strengths.map((strength) =>
      sick(name, strength)
        .filter(isTouched(name))
        .map((image) => `${seedOf(image)} ${image.truth.copyOf}`),
    )
    for (const some of touched) expect(some.length).toBeGreaterThan(0)
    // These two touch what they leave.
    const [low, middle, high] = ['few-samples', 'unbalanced'].includes(name) ? touched.toReversed() : touched
    expect(middle).toEqual(expect.arrayContaining(low!))
    expect(high).toEqual(expect.arrayContaining(middle!))
  })

  it('leaves untouched pictures as they are', () => {
    const before = new Map(healthy.map((image) => [seedOf(image), image]))
    for (const image of sick(name, 0.6)) {
      if (!isTouched(name)(image)) expect(image).toEqual(before.get(seedOf(image)))
    }
  })

  it.each(objectNames)('works on a %s', (object) => {
    const more = { object, parts: 8, defectiveParts: 3, imagesPerPart: 2, width: 48, height: 64 } as const
    const plan = sick(name, 1, more)
    const image = plan.find(isTouched(name))!
    expect(() => renderPicture(image.spec)).not.toThrow()
    expect(new Set(plan.map((each) => each.name)).size).toBe(plan.length)
  })

  it('bears others beside it, in any order', () => {
    const rest = Object.fromEntries(
      pathologyNames.filter((other) => other !== name).map((each) => [each, 0.5]),
    )
    const all = planned({ ...options, pathologies: { [name]: 0.5, ...rest } })
    expect(planned({ ...options, pathologies: { ...rest, [name]: 0.5 } })).toEqual(all)
    expect(new Set(all.map((each) => each.name)).size).toBe(all.length)
  })
})

describe('what strength means', () => {
  const small = {
    parts: 5,
    defectiveParts: 3,
    imagesPerPart: 1,
    angles: [0, 0],
    width: 54,
    height: 72,
  } as const
  const known = createLayerCache(2 ** 26)
  const render = (plan: readonly PlannedImage[]): Rendering[] =>
    plan.map(({ spec }) => {
      const layers = known.find(layerKey(spec)) ?? exposeObject(spec)
      known.add(layerKey(spec), layers)
      return renderPicture(spec, layers)
    })
  const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length
  const average = (of: (image: Image) => number) => (renderings: readonly Rendering[]) =>
    mean(renderings.map(({ image }) => of(image)))

  const brightnessGap = (renderings: readonly Rendering[]): number => {
    const [anomalous, nominal] = [true, false].map((label) =>
      average(grey)(renderings.filter(({ isAnomalous }) => isAnomalous === label)),
    )
    return anomalous! / nominal!
  }

  it.each<
    [PathologyName, string, (renderings: readonly Rendering[], plan: readonly PlannedImage[]) => number]
  >([
    ['free-pose', 'ghost of the mean silhouette', (all) => ghost(all.map(({ foreground }) => foreground))],
    ['brightness', 'brightness of the anomalous over that of the nominal', brightnessGap],
    ['exposure', 'spread of the brightness', (all) => spread(all.map(({ image }) => grey(image)))],
    ['glare', 'share of white pixels', average(burnt)],
    ['blur', 'lack of sharpness', (all) => -average(roughness)(all)],
    ['noise', 'roughness', average(roughness)],
    [
      'fixture-in-view',
      'picture that is not as it was',
      (all, plan) => {
        const before = render(plan.map((image) => ({ ...image, spec: withScene(image.spec, { finger: 0 }) })))
        return mean(all.map(({ image }, k) => grey(changes(image, before[k]!.image))))
      },
    ],
    [
      'tiny-defects',
      'lack of defect pixels',
      (all) => -mean(all.map((each) => countPixels(each.defectMask))),
    ],
    ['hard-kind', 'lack of defect pixels', (all) => -mean(all.map((each) => countPixels(each.defectMask)))],
    ['aspect', 'spread of the aspect', (all) => spread(all.map(({ image }) => image.width / image.height))],
    [
      'lighting-drift',
      'fall of the brightness from the first part to train to the last to test',
      (all, plan) => {
        const [first] = all.filter((_, i) => plan[i]!.split === 'train')
        return grey(first!.image) / grey(all.filter((_, i) => plan[i]!.split === 'test').at(-1)!.image)
      },
    ],
  ])('%s: more %s', (name, _what, measure) => {
    const values = [0, ...strengths].map((strength) => {
      const plan = sick(name, strength, small)
      return measure(render(plan), plan)
    })
    for (let i = 1; i < values.length; i++) expect(values[i], String(values)).toBeGreaterThan(values[i - 1]!)
  })

  it.each([
    [
      'background',
      ({ spec }: PlannedImage) => spec.whenAnomalous !== null && spec.whenAnomalous.scene.dust > 0,
    ],
    ['file-type', ({ spec }: PlannedImage) => spec.whenAnomalous?.file.format === 'jpeg'],
  ] as const)(
    '%s: ties a share s of what may be anomalous to its label, and nothing else',
    (name, isTied) => {
      for (const strength of strengths) {
        const plan = sick(name, strength)
        const mayBe = plan.filter(({ severity }) => severity !== null)
        expect(mayBe.filter(isTied)).toHaveLength(Math.round(strength * mayBe.length))
        expect(plan.filter(isTied).every(({ severity }) => severity !== null)).toBe(true)
      }
    },
  )

  it('background: only what is behind the part changes, only in anomalous pictures', () => {
    for (const { spec, severity } of sick('background', 1, small)) {
      const { image, foreground, isAnomalous } = renderPicture(spec)
      const healthy = renderPicture({ ...spec, whenAnomalous: null })
      if (!isAnomalous) expect(image).toEqual(healthy.image)
      if (!isAnomalous || severity === null) continue
      const changed = (inside: number) =>
        mean(
          [...foreground.data].flatMap((value, i) =>
            value === inside ? [difference(image, healthy.image, i)] : [],
          ),
        )
      expect(changed(0)).toBeGreaterThan(10)
      expect(changed(0)).toBeGreaterThan(8 * changed(1))
    }
  })

  it('rotated-test: turns the sound test parts by 90 s degrees, either way, and no other', () => {
    for (const strength of strengths) {
      const plan = sick('rotated-test', strength)
      const turned = plan.filter(({ split, severity }) => split === 'test' && severity === null)
      expect(new Set(turned.map(({ spec }) => spec.view.turn))).toEqual(
        new Set([90 * strength, -90 * strength]),
      )
      for (const image of plan) if (!turned.includes(image)) expect(image.spec.view.turn).toBe(0)
    }
  })

  it('contaminated-train: gives a fifth of the parts to train on a defect that the manifest does not know', () => {
    for (const strength of strengths) {
      const plan = sick('contaminated-train', strength, { width: 60, height: 80 })
      const train = [...byPart(plan.filter(({ split }) => split === 'train')).values()]
      const defective = train.filter(([image]) => image!.spec.part.defects.length > 0)
      expect(defective).toHaveLength(Math.max(1, Math.round((strength / 5) * train.length)))
      for (const image of train.flat()) expect(image.severity).toBeNull()
      // Each shows it in one of its pictures at least, and other kinds than the first occur.
      for (const images of defective) {
        expect(images.some(({ spec }) => exposeObject(spec).defect.includes(1))).toBe(true)
      }
    }
  })

  it('few-samples: leaves fewer parts of every sort, down to four, two and three', () => {
    const counts = [0, ...strengths].map((strength) => {
      const parts = [...byPart(sick('few-samples', strength)).values()].map(([image]) => image!)
      const sound = parts.filter(({ severity }) => severity === null)
      return [
        sound.filter(({ split }) => split === 'train').length,
        sound.filter(({ split }) => split === 'test').length,
        parts.length - sound.length,
      ]
    })
    expect(counts[3]).toEqual([4, 2, 3])
    for (const sort of [0, 1, 2]) {
      const falling = counts.map((each) => each[sort]!)
      expect(falling).toEqual(falling.toSorted((a, b) => b - a))
    }
    // A dataset that is smaller still is left as it is.
    const few = planned({ parts: 3, defectiveParts: 2, imagesPerPart: 1 })
    const kept = fewSamples.apply(few, 1, createRandom(0), {} as never)
    expect(kept.map(({ name }) => name)).toEqual(few.map(({ name }) => name))
  })

  it('unbalanced: leaves the first kind of defect alone, and of every other one part', () => {
    const count = (strength: number) => {
      const kinds = [...byPart(sick('unbalanced', strength)).values()].map(
        ([image]) => image!.spec.part.defects[0]?.kind ?? 'none',
      )
      return ['none', 'dent', 'scratch', 'deformation'].map((kind) => kinds.filter((k) => k === kind).length)
    }
    expect(strengths.map(count)).toEqual([
      [24, 4, 3, 3],
      [24, 4, 2, 2],
      [24, 4, 1, 1],
    ])
  })

  it('part-scatter: puts pictures of a share s of the sound parts on both sides', () => {
    for (const strength of strengths) {
      const parts = [...byPart(sick('part-scatter', strength)).values()]
      const isScattered = (images: PlannedImage[]) => new Set(images.map(({ split }) => split)).size > 1
      expect(parts.filter(isScattered)).toHaveLength(Math.round(strength * options.parts))
      for (const images of parts) if (images[0]!.severity !== null) expect(isScattered(images)).toBe(false)
    }
  })

  it('hidden-parts: leaves neither id nor telling name, and numbers without order', () => {
    const plan = sick('hidden-parts', 1)
    expect(plan.every(({ part, name }) => part === null && /^image-\d{4}$/.test(name))).toBe(true)
    const numbers = plan.map(({ name }) => Number(name.slice(6)))
    expect(numbers.toSorted((a, b) => a - b)).toEqual(plan.map((_, i) => i + 1))
    const steps = numbers.slice(1).filter((number, i) => number === numbers[i]! + 1)
    expect(steps.length).toBeLessThan(plan.length / 10)
    const some = sick('hidden-parts', 0.5)
    expect(new Set(some.filter(({ part }) => part === null).map(({ truth }) => truth.part)).size).toBe(18)
  })

  it('near-duplicates: adds copies of test pictures to the train split, each as if of a new part', () => {
    for (const strength of strengths) {
      const plan = sick('near-duplicates', strength, { width: 60, height: 80 })
      const copies = plan.filter(({ truth }) => truth.copyOf !== null)
      const nominalTest = plan.filter(({ split, severity }) => split === 'test' && severity === null)
      expect(copies).toHaveLength(Math.round(0.4 * strength * nominalTest.length))
      for (const copy of copies) {
        const original = plan.find(({ name }) => name === copy.truth.copyOf)!
        expect(original.split).toBe('test')
        expect(copy.split).toBe('train')
        expect(plan.filter(({ part }) => part === copy.part)).toEqual([copy])
        expect(copy.truth.part).toBe(original.truth.part)
        const [a, b] = [copy, original].map(({ spec }) => renderPicture(spec).image)
        const before = levels(b!)
        const [right] = copy.spec.file.shift
        const off = levels(a!).filter((level, i) => {
          return i % a!.width >= right && Math.abs(level - before[i - right]!) > 8
        })
        expect(off).toHaveLength(0)
      }
    }
  })
})

const levels = ({ data }: Image): number[] =>
  Array.from({ length: data.length / 3 }, (_, i) => data[3 * i + 1]!)
const grey = (image: Image): number =>
  levels(image).reduce((sum, level) => sum + level, 0) / (image.data.length / 3)
const share = (image: Image, is: (level: number) => boolean): number =>
  levels(image).filter(is).length / levels(image).length
const burnt = (image: Image): number => share(image, (level) => level >= 250)
const difference = (a: Image, b: Image, pixel: number): number =>
  [0, 1, 2].reduce((sum, c) => sum + Math.abs(a.data[3 * pixel + c]! - b.data[3 * pixel + c]!), 0) / 3

const changes = (a: Image, b: Image): Image => ({
  ...a,
  data: a.data.map((level, i) => Math.abs(level - b.data[i]!)),
})

/** Mean absolute difference of neighbours. */
function roughness(image: Image): number {
  const green = levels(image)
  const steps = green.slice(1).map((level, i) => Math.abs(level - green[i]!))
  return steps.reduce((sum, step) => sum + step, 0) / steps.length
}

/** Mean of 4 p (1 - p) over the pixels that any of the parts covers: 0 where all lie alike. */
function ghost(masks: readonly Mask[]): number {
  const occupancy = Array.from(
    masks[0]!.data,
    (_, i) => masks.reduce((sum, { data }) => sum + data[i]!, 0) / masks.length,
  ).filter((p) => p > 0)
  return occupancy.reduce((sum, p) => sum + 4 * p * (1 - p), 0) / occupancy.length
}

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values)
}
