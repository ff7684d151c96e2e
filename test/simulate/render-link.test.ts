import { describe, expect, it } from 'vitest'
import type { Image, Mask } from '../../src/image/image.ts'
import { renderLink } from '../../src/simulate/render-link.ts'
import { countPixels, deformation, dent, renderSpec, scratch } from './specs.ts'

const sound = renderLink(renderSpec([]))
const kinds = [dent, scratch, deformation].map((defect) => ({ kind: defect.kind, defect }))

describe('renderLink', () => {
  it('gives the same bytes for the same specification, others for another seed', () => {
    expect(renderLink(renderSpec([]))).toEqual(sound)
    const spec = renderSpec([])
    const other = renderLink({ ...spec, part: { ...spec.part, seed: 2 } })
    expect(meanDifference(other.image, sound.image, other.foreground)).toBeGreaterThan(3)
    expect(renderLink({ ...spec, scene: { ...spec.scene, seed: 10 } }).image).not.toEqual(sound.image)
  })

  it('shows a link that fills a plausible share of the picture, brighter than what is behind it', () => {
    const { image, foreground, defectMask } = sound
    const share = countPixels(foreground) / foreground.data.length
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.4)
    expect(countPixels(defectMask)).toBe(0)
    expect(meanGrey(image, foreground)).toBeGreaterThan(1.6 * meanGrey(image, inverse(foreground)))
    // The opening of the link is background, its bow is not; the pin in an eye belongs to the clamp.
    const at = (x: number, y: number) => foreground.data[y * foreground.width + x]
    expect([at(60, 80), at(60, 128), at(36, 51)]).toEqual([0, 1, 0])
  })

  it.each(kinds)('marks a $kind within the link, where the picture changed', ({ defect }) => {
    const { image, defectMask, foreground } = renderLink(renderSpec([defect]))
    expect(countPixels(defectMask)).toBeGreaterThan(15)
    expect(defectMask.data.every((inside, i) => inside <= foreground.data[i]!)).toBe(true)
    const near = dilate(defectMask, 6)
    expect(meanDifference(image, sound.image, defectMask)).toBeGreaterThan(
      6 * meanDifference(image, sound.image, inverse(near)),
    )
    // What is left there is the glare of the laid-open metal: less than a grey level.
    expect(meanDifference(image, sound.image, inverse(near))).toBeLessThan(1)
  })

  it('keeps a defect with the part: out of sight from behind, narrower from the side', () => {
    const seen = [0, 40, 180].map((yaw) => countPixels(renderLink(renderSpec([dent], yaw)).defectMask))
    expect(seen[2]).toBe(0)
    expect(seen[1]).toBeGreaterThan(0)
    expect(seen[1]).toBeLessThan(seen[0]!)
  })

  it('shows the part alone before a plain background', () => {
    const spec = renderSpec([])
    const { image, foreground } = renderLink({
      ...spec,
      scene: { ...spec.scene, background: 'plain', noise: 0 },
    })
    const corner = image.data.slice(0, 3)
    expect(Math.max(...corner) - Math.min(...corner)).toBeLessThan(8)
    expect(countPixels(foreground)).toBeGreaterThanOrEqual(countPixels(sound.foreground))
  })

  it('frames the whole link in any aspect', () => {
    for (const size of [
      { width: 200, height: 80 },
      { width: 60, height: 200 },
    ]) {
      const { foreground } = renderLink({ ...renderSpec([]), size })
      expect(countPixels(foreground)).toBeGreaterThan(100)
      expect(touchesBorder(foreground)).toBe(false)
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
