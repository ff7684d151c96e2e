import { describe, expect, it } from 'vitest'
import type { Image, Mask } from '../../src/image/image.ts'
import { defectKinds } from '../../src/simulate/defect-kinds.ts'
import { exposeObject } from '../../src/simulate/forged-objects.ts'
import { renderPicture } from '../../src/simulate/render-picture.ts'
import { objectNames } from '../../src/simulate/render-spec.ts'
import { countPixels, dent, linkSpec, planned, withoutDefects, withScene } from './specs.ts'

const small = { parts: 1, imagesPerPart: 1, angles: [10, 10], width: 60, height: 80 } as const
const soundSpec = (object: (typeof objectNames)[number]) =>
  planned({ ...small, object, defectiveParts: 0 })[0]!.spec
const kinds = objectNames.flatMap((object) => defectKinds[object].map((kind) => ({ object, kind })))

describe('renderPicture', () => {
  it.each(objectNames)('%s: the same bytes for the same specification, others for another seed', (object) => {
    const spec = soundSpec(object)
    const layers = exposeObject(spec)
    const first = renderPicture(spec, layers)
    const { image, foreground } = first
    expect(renderPicture(spec)).toEqual(first)
    expect(renderPicture(spec, layers)).toEqual(first) // which are not used up
    const other = renderPicture({ ...spec, part: { ...spec.part, seed: 2 } })
    expect(meanDifference(other.image, image, foreground)).toBeGreaterThan(2)
    expect(renderPicture(withScene(spec, { seed: 10 }), layers).image).not.toEqual(image)
  })

  it.each([
    ['link', 0.2, 0.4],
    ['ring', 0.2, 0.4],
    ['plate', 0.25, 0.5],
    ['weave', 0.85, 0.92],
  ] as const)(
    '%s fills a plausible share of the picture and is told from what is behind',
    (object, low, high) => {
      const { image, foreground, defectMask, isAnomalous } = renderPicture(soundSpec(object))
      const share = countPixels(foreground) / foreground.data.length
      expect(share).toBeGreaterThan(low)
      expect(share).toBeLessThan(high)
      expect({ pixels: countPixels(defectMask), isAnomalous }).toEqual({ pixels: 0, isAnomalous: false })
      expect(meanGrey(image, foreground)).toBeGreaterThan(1.35 * meanGrey(image, inverse(foreground)))
    },
  )

  it.each(kinds)('$object: marks a $kind within the part, where the picture changed', ({ object, kind }) => {
    // An obvious one: of a subtle one little may be seen at this size.
    const large = { width: 84, height: 112 }
    const plan = planned({ ...small, ...large, object, defectiveParts: 6, defects: [kind] })
    const spec = withScene(plan.find(({ severity }) => severity === 'obvious')!.spec, { noise: 0 })
    const [hit, sound] = [renderPicture(spec), renderPicture(withoutDefects(spec))]
    expect(hit.isAnomalous).toBe(true)
    expect(countPixels(hit.defectMask)).toBeGreaterThan(8)
    expect(hit.defectMask.data.every((inside, i) => inside <= hit.foreground.data[i]!)).toBe(true)
    const away = inverse(dilate(hit.defectMask, 6))
    const inMask = meanDifference(hit.image, sound.image, hit.defectMask)
    expect(inMask).toBeGreaterThan(4)
    expect(inMask).toBeGreaterThan(6 * meanDifference(hit.image, sound.image, away))
    // What is left there is the glare of metal laid open, or a shadow: less than a grey level.
    expect(meanDifference(hit.image, sound.image, away)).toBeLessThan(1)
  })

  it('keeps a defect with the part: out of sight from behind, narrower from the side', () => {
    const seen = [0, 40, 180].map((yaw) => countPixels(renderPicture(linkSpec([dent], yaw)).defectMask))
    expect(seen[2]).toBe(0)
    expect(seen[1]).toBeGreaterThan(0)
    expect(seen[1]).toBeLessThan(seen[0]!)
  })

  it('knows the opening of a link from its bow, and the pin in an eye from both', () => {
    const { foreground } = renderPicture(linkSpec([]))
    const at = (x: number, y: number) => foreground.data[y * foreground.width + x]
    expect([at(60, 80), at(60, 128), at(36, 51)]).toEqual([0, 1, 0])
  })

  it.each(objectNames)('%s: shows the part alone on a plain background', (object) => {
    const spec = soundSpec(object)
    const plain = withScene(spec, { background: 'plain', noise: 0 })
    const { image, foreground } = renderPicture(plain)
    expect(countPixels(foreground)).toBeGreaterThanOrEqual(countPixels(renderPicture(spec).foreground))
    const corner = image.data.slice(0, 3)
    if (object === 'weave') expect(countPixels(foreground)).toBe(foreground.data.length)
    else expect(Math.max(...corner) - Math.min(...corner)).toBeLessThan(8)
    // Even, but for the fall-off of the light: no line and no ring.
    const behind = image.data.filter((_, i) => i % 3 === 1 && foreground.data[(i - 1) / 3] === 0)
    if (object !== 'weave') expect(Math.max(...behind) - Math.min(...behind)).toBeLessThan(70)
  })

  it.each(['link', 'ring', 'plate'] as const)('%s: frames the whole part in any aspect', (object) => {
    for (const size of [
      { width: 150, height: 60 },
      { width: 48, height: 150 },
    ]) {
      const { foreground } = renderPicture({ ...soundSpec(object), size })
      expect(countPixels(foreground)).toBeGreaterThan(100)
      expect(touchesBorder(foreground)).toBe(false)
    }
  })

  it.each(objectNames)('%s: half a turn of the picture turns every pixel', (object) => {
    // The backdrop's shadow map has cells of several pixels: they fall on themselves only if they divide the size.
    const size = { width: 60, height: 81 }
    const spec = withScene({ ...soundSpec(object), size }, { noise: 0 })
    const upright = renderPicture(spec)
    const turned = renderPicture({ ...spec, view: { ...spec.view, turn: 180 } })
    const back = (mask: Mask): Mask => ({ ...mask, data: mask.data.slice().reverse() })
    const wrong = back(turned.foreground).data.filter((inside, i) => inside !== upright.foreground.data[i])
    expect(wrong.length).toBeLessThanOrEqual(2) // rays along an edge
    const image = { ...upright.image, data: flipped(turned.image) }
    expect(meanDifference(image, upright.image, everywhere(upright.foreground))).toBeLessThan(1.5)
  })

  it('takes the other scene and file when the picture is anomalous, and only then', () => {
    const spec = linkSpec([dent])
    const bright = { ...spec.scene, exposure: 2 }
    const tied = { ...spec, whenAnomalous: { scene: bright, file: { ...spec.file, shift: [3, 0] as const } } }
    const anomalous = renderPicture(tied)
    const expected = renderPicture({ ...spec, scene: bright })
    expect(anomalous.image.data.subarray(9, 360)).toEqual(expected.image.data.subarray(0, 351))
    expect(countPixels(anomalous.defectMask)).toBe(countPixels(expected.defectMask))
    expect(renderPicture({ ...tied, leastDefectPixels: 10_000 }).image).toEqual(renderPicture(spec).image)
  })

  it.each(objectNames)('%s: a finger takes its pixels from the foreground and covers no defect', (object) => {
    for (const { spec } of planned({ ...small, object, defectiveParts: 2 })) {
      const layers = exposeObject(spec)
      const before = renderPicture(spec, layers)
      const after = renderPicture(withScene(spec, { finger: 0.4 }), layers)
      expect(after.defectMask).toEqual(before.defectMask)
      expect(after.isAnomalous).toBe(before.isAnomalous)
      expect(after.foreground.data.every((inside, i) => inside <= before.foreground.data[i]!)).toBe(true)
      const hidden = before.foreground.data.map((inside, i) => inside - after.foreground.data[i]!)
      expect(
        meanDifference(after.image, before.image, { ...after.foreground, data: hidden }),
      ).toBeGreaterThan(15)
    }
  })
})

function meanDifference(a: Image, b: Image, where: Mask): number {
  let sum = 0
  for (let i = 0; i < where.data.length; i++) {
    if (where.data[i] === 0) continue
    for (let c = 0; c < 3; c++) sum += Math.abs(a.data[3 * i + c]! - b.data[3 * i + c]!) / 3
  }
  return sum / countPixels(where)
}

function meanGrey(image: Image, where: Mask): number {
  const black = { ...image, data: new Uint8Array(image.data.length) }
  return meanDifference(image, black, where)
}

const inverse = (mask: Mask): Mask => ({ ...mask, data: mask.data.map((inside) => 1 - inside) })
const everywhere = (mask: Mask): Mask => ({ ...mask, data: mask.data.map(() => 1) })

/** The pixels from the last to the first, colours as they were. */
function flipped({ data }: Image): Uint8Array {
  const pixels = data.length / 3
  return data.map((_, i) => data[3 * (pixels - 1 - Math.floor(i / 3)) + (i % 3)]!)
}

function dilate({ width, height, data }: Mask, radius: number): Mask {
  const grown = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[y * width + x] === 0) continue
      for (let j = Math.max(0, y - radius); j <= Math.min(height - 1, y + radius); j++) {
        grown.fill(1, j * width + Math.max(0, x - radius), j * width + Math.min(width, x + radius + 1))
      }
    }
  }
  return { width, height, data: grown }
}

function touchesBorder({ width, height, data }: Mask): boolean {
  return data.some((inside, i) => {
    const x = i % width
    const y = (i - x) / width
    return inside === 1 && (x === 0 || y === 0 || x === width - 1 || y === height - 1)
  })
}
