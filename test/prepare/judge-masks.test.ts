/** When a segmenter's word on its own mask is a reason to look. */
import { describe, expect, it } from 'vitest'
import type { Mask } from '../../src/image/image.ts'
import { type JudgedImage, judgeMasks } from '../../src/prepare/judge-masks.ts'
import { describeObject } from '../../src/prepare/segment-record.ts'

const mask: Mask = {
  width: 8,
  height: 8,
  data: new Uint8Array(64).map((_, i) => (i % 8 > 1 && i % 8 < 6 && i > 15 && i < 48 ? 1 : 0)),
}

const image = (confidence: number | null): JudgedImage => ({
  record: { size: mask, object: describeObject(mask, false), confidence, objects: 1, notes: [], looks: [] },
  previous: null,
})

const unsure = (confidences: readonly (number | null)[], unsureBelow: number | null): number[] =>
  judgeMasks(confidences.map(image), { unsureBelow }).flatMap(({ marks }, i) =>
    marks.includes('unsure') ? [i] : [],
  )

describe('unsure', () => {
  const low = [0.41, 0.43, 0.4, 0.44, 0.42, 0.39, 0.43, 0.41, 0.12]

  it('is below a share, where confidence is one', () => {
    expect(unsure([0.9, 0.59, null, 0.6], 0.6)).toEqual([1])
  })

  it('is far below the others, where it is a score', () => {
    expect(unsure(low, null)).toEqual([8])
    expect(unsure([...low.slice(0, 8), 0.9, 0.36], null)).toEqual([])
  })

  it('is not said of a handful, where only others could tell', () => {
    expect(unsure([0.9, 0.1, 0.9], null)).toEqual([])
  })
})
