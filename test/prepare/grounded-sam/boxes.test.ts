/** From the detector's output to the boxes that are kept, against slow and obvious twins. */

import { describe, expect, it } from 'vitest'
import { ModelError, ShapeError } from '../../../src/errors.ts'
import {
  type Box,
  type DetectorOutput,
  type FoundBox,
  findBoxes,
} from '../../../src/prepare/grounded-sam/find-boxes.ts'
import { unite } from '../../../src/prepare/grounded-sam/grounded-sam-segmenter.ts'
import { normalisePrompt } from '../../../src/prepare/grounded-sam/settings.ts'
import { overlap, suppressBoxes } from '../../../src/prepare/grounded-sam/suppress-boxes.ts'
import fc from '../../fast-check.ts'

const size = { width: 40, height: 20 }
const thresholds = { boxThreshold: 0.3, textThreshold: 0.25 }

const outputs = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 8 }))
  .chain(([queries, tokens]) =>
    fc.record({
      logits: fc.array(
        fc.oneof(fc.float({ min: -6, max: 6, noNaN: true }), fc.constant(Number.NEGATIVE_INFINITY)),
        {
          minLength: queries * tokens,
          maxLength: queries * tokens,
        },
      ),
      boxes: fc.array(fc.float({ min: 0, max: 1, noNaN: true }), {
        minLength: 4 * queries,
        maxLength: 4 * queries,
      }),
      queries: fc.constant(queries),
      tokens: fc.constant(tokens),
    }),
  )
  .map(
    (raw): DetectorOutput => ({
      ...raw,
      logits: Float32Array.from(raw.logits),
      boxes: Float32Array.from(raw.boxes),
    }),
  )

describe('findBoxes', () => {
  it('is the reference, one query at a time', () => {
    fc.assert(
      fc.property(outputs, (output) => {
        const { found, bestScore } = findBoxes(output, size, thresholds, 'model')
        const probabilities = Array.from({ length: output.queries }, (_, query) =>
          Array.from(
            { length: output.tokens },
            (_, token) => 1 / (1 + Math.exp(-output.logits[query * output.tokens + token]!)),
          ),
        )
        const expected = probabilities.flatMap((row, query) => {
          if (!(Math.max(...row) > 0.3)) return []
          const [x, y, w, h] = [0, 1, 2, 3].map((i) => output.boxes[4 * query + i]!)
          return [
            {
              score: Math.max(...row),
              tokens: row.flatMap((p, token) =>
                p > 0.25 && token !== 0 && token !== row.length - 1 ? [token] : [],
              ),
              box: {
                left: (x! - w! / 2) * 40,
                top: (y! - h! / 2) * 20,
                right: (x! + w! / 2) * 40,
                bottom: (y! + h! / 2) * 20,
              },
            },
          ]
        })
        expect(found).toEqual(expected)
        expect(bestScore).toBe(Math.max(...probabilities.flat()))
      }),
    )
  })

  it('never finds more with a higher threshold', () => {
    fc.assert(
      fc.property(
        outputs,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (output, a, b) => {
          const count = (boxThreshold: number) =>
            findBoxes(output, size, { boxThreshold, textThreshold: 0 }, 'model').found.length
          expect(count(Math.max(a, b))).toBeLessThanOrEqual(count(Math.min(a, b)))
        },
      ),
    )
  })

  it('refuses what is no number, and arrays that do not fit', () => {
    const output = {
      logits: Float32Array.of(1, Number.NaN),
      boxes: Float32Array.of(0, 0, 1, 1),
      queries: 1,
      tokens: 2,
    }
    expect(() => findBoxes(output, size, thresholds, 'model')).toThrow(ModelError)
    expect(() => findBoxes({ ...output, queries: 2 }, size, thresholds, 'model')).toThrow(ShapeError)
    expect(() => findBoxes({ ...output, boxes: new Float32Array(3) }, size, thresholds, 'model')).toThrow(
      ShapeError,
    )
  })
})

const boxes = fc
  .tuple(fc.nat(12), fc.nat(12), fc.nat(8), fc.nat(8))
  .map(([left, top, width, height]): Box => ({ left, top, right: left + width, bottom: top + height }))
const founds = fc.array(
  fc.record({
    box: boxes,
    score: fc.integer({ min: 1, max: 5 }).map((n) => n / 5),
    tokens: fc.constant<readonly number[]>([]),
  }),
  { maxLength: 9 },
)

describe('suppressBoxes', () => {
  it('measures overlap as pixels do', () => {
    const cells = ({ left, top, right, bottom }: Box): Set<string> => {
      const set = new Set<string>()
      for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) set.add(`${x},${y}`)
      return set
    }
    fc.assert(
      fc.property(boxes, boxes, (a, b) => {
        const [inA, inB] = [cells(a), cells(b)]
        const either = new Set([...inA, ...inB]).size
        const both = [...inA].filter((cell) => inB.has(cell)).length
        expect(overlap(a, b)).toBeCloseTo(either === 0 ? 0 : both / either, 12)
      }),
    )
  })

  it('drops a box exactly where a better one that is kept overlaps it too much', () => {
    fc.assert(
      fc.property(founds, fc.constantFrom(0, 0.3, 0.5, 0.8, 1), (found, most) => {
        const kept = suppressBoxes(found, most)
        expect(kept.map(({ score }) => score)).toEqual(kept.map(({ score }) => score).sort((a, b) => b - a))
        const rank = (each: FoundBox): number => 100 * each.score - found.indexOf(each) / 100
        for (const each of found) {
          const beaten = kept.some((other) => rank(other) > rank(each) && overlap(other.box, each.box) > most)
          expect(kept.includes(each)).toBe(!beaten)
        }
      }),
    )
  })
})

it('masks are united pixel by pixel', () => {
  const bits = fc.array(fc.constantFrom(0, 1), { minLength: 6, maxLength: 6 })
  fc.assert(
    fc.property(fc.array(bits, { minLength: 1, maxLength: 4 }), (all) => {
      const { data } = unite(all.map((each) => ({ width: 3, height: 2, data: Uint8Array.from(each) })))
      expect([...data]).toEqual([0, 1, 2, 3, 4, 5].map((i) => (all.some((each) => each[i] === 1) ? 1 : 0)))
    }),
  )
})

it.each([
  ['A metal chain link', 'a metal chain link.'],
  ['  chain. ring.  ', 'chain. ring.'],
  ['Link.', 'link.'],
])('the prompt "%s" is said to the detector as "%s"', (prompt, said) =>
  expect(normalisePrompt(prompt)).toBe(said),
)
