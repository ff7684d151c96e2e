import { describe, expect, it } from 'vitest'
import { type ClothPoint, createCloth } from '../../src/simulate/weave/cloth.ts'
import { visibleStain } from '../../src/simulate/weave/cloth-flaws.ts'
import type { WeavePart } from '../../src/simulate/weave/weave-part.ts'
import fc from '../fast-check.ts'
import { planned, withoutDefects } from './specs.ts'

const coarse = 1 // footprint at which fibres are left out, mm

function partWith(kind: string): WeavePart {
  const plan = planned({ object: 'weave', parts: 1, defectiveParts: 5, imagesPerPart: 1, defects: [kind] })
  return plan.find(({ severity }) => severity === 'clear')!.spec.part as WeavePart
}

const sampler = (part: WeavePart, footprint = coarse) => {
  const cloth = createCloth(part, footprint)
  return (u: number, v: number): ClothPoint => {
    const out = { height: 0, du: 0, dv: 0, red: 0, green: 0, blue: 0, isDefect: false }
    cloth(u, v, out)
    return out
  }
}

/** Every point of a grid around the defect, of the cloth with and without it. */
function around(part: WeavePart, step: number): { hit: ClothPoint; sound: ClothPoint }[] {
  const [at, before] = [sampler(part), sampler({ ...part, defects: [] })]
  const [{ anchor, length }] = part.defects as readonly [WeavePart['defects'][number]]
  const points: { hit: ClothPoint; sound: ClothPoint }[] = []
  for (let u = anchor[0] - length; u < anchor[0] + length; u += step) {
    for (let v = anchor[1] - length; v < anchor[1] + length; v += step) {
      points.push({ hit: at(u, v), sound: before(u, v) })
    }
  }
  return points
}

describe('createCloth', () => {
  it('has the slopes that differences of its height give, wherever one thread is on top', () => {
    const part = withoutDefects(planned({ object: 'weave', parts: 1, defectiveParts: 0 })[0]!.spec)
      .part as WeavePart
    const at = sampler(part)
    const e = 1e-4
    const coordinate = fc.double({ min: -15, max: 15, noNaN: true })
    let compared = 0
    fc.assert(
      fc.property(coordinate, coordinate, (u, v) => {
        const here = at(u, v)
        const [left, right, below, above] = [at(u - e, v), at(u + e, v), at(u, v - e), at(u, v + e)]
        const tones = new Set([here, left, right, below, above].map(({ red }) => red))
        // On a gap, across an edge, or where the section is too steep to be followed.
        if (Number.isNaN(here.height) || tones.size > 1 || Math.hypot(here.du, here.dv) > 1.5) return
        compared += 1
        const along = ((right.height - left.height) / (2 * e)) * part.warpPitch
        const across = ((above.height - below.height) / (2 * e)) * part.weftPitch
        // The bend of the lattice, some percent, is left out of the slopes.
        expect(Math.abs(here.du - along)).toBeLessThan(0.12)
        expect(Math.abs(here.dv - across)).toBeLessThan(0.12)
      }),
      { numRuns: 500 },
    )
    expect(compared).toBeGreaterThan(250)
  })

  it('misses a thread over its length, one pitch wide', () => {
    const part = partWith('missing-thread')
    const [{ length, tangent }] = part.defects as readonly [WeavePart['defects'][number]]
    const step = 0.08
    const area = around(part, step).filter(({ hit }) => hit.isDefect).length * step * step
    const pitch = tangent[1] !== 0 ? part.warpPitch : part.weftPitch
    expect(area / (length * pitch)).toBeGreaterThan(0.95)
    expect(area / (length * pitch)).toBeLessThan(1.05)
  })

  it('is stained where the mask says so: darker there than anywhere else, and unchanged far away', () => {
    const part = partWith('stain')
    const [{ depth }] = part.defects as readonly [WeavePart['defects'][number]]
    // Of a stain's full strength its middle, which has dried, keeps three quarters.
    const [least, most] = [0.8 * depth * visibleStain * 0.75, 0.8 * depth * visibleStain]
    const points = around(part, 0.15).filter(({ sound }) => !Number.isNaN(sound.height))
    expect(points.filter(({ hit }) => hit.isDefect).length).toBeGreaterThan(100)
    for (const { hit, sound } of points) {
      const darker = 1 - hit.red / sound.red
      if (hit.isDefect) expect(darker).toBeGreaterThan(least - 1e-9)
      else expect(darker).toBeLessThan(most + 1e-9)
      expect(hit.height).toBe(sound.height)
    }
    expect(points.some(({ hit, sound }) => hit.red === sound.red)).toBe(true)
  })

  it('is torn where the mask says so: no table is seen elsewhere that was not seen before', () => {
    const points = around(partWith('tear'), 0.1)
    const isHole = ({ hit, sound }: { hit: ClothPoint; sound: ClothPoint }) =>
      Number.isNaN(hit.height) && !Number.isNaN(sound.height)
    const torn = points.filter(({ hit }) => hit.isDefect)
    expect(torn.filter(isHole).length).toBeGreaterThan(0.4 * torn.length)
    // Threads that lean towards the hole open a few gaps beside it.
    const open = points.filter((point) => !point.hit.isDefect && isHole(point))
    expect(open.length).toBeLessThan(0.03 * points.length)
  })
})
