/**
 * `leakage.duplicate`: are the same or nearly the same images in several roles or under several labels?
 *
 * Three nets, the coarse before the fine: equal bytes; equal pixels; and pictures that agree in what is their own
 * (`likeness`) under the same light, confirmed by the distance of their features where a backbone looked.
 */

import { quantile } from '../../math/order-statistics.ts'
import type { Picture } from '../../parts/scan/picture.ts'
import type { Finding } from '../../wire/evaluation.ts'
import type { Guardrail } from '../contract.ts'
import { answer, counted, some } from './answer.ts'
import type { CheckContext } from './check-context.ts'
import { contactSheet } from './sheet.ts'

const id = 'leakage.duplicate'

/** Agreement in what is their own, as a correlation. Copies of forged pictures (JPEG, shifted by a pixel, 6 % brighter) keep 0.93 and more; other photographs of the same part under the same light stay below 0.9 (docs/guardrails.md). */
const leastAgreement = 0.9
/** Factor between the mean grey levels, and between the contrasts, of a copy and its original. */
const mostLight = 1.15
/** Feature distance of a copy, as a share of the median distance between any two pictures. */
const mostDistance = 0.35

interface Copy {
  readonly a: Picture
  readonly b: Picture
  readonly how: 'bytes' | 'pixels' | 'nearly'
}

export const leakageDuplicate: Guardrail<CheckContext> = {
  id,
  question: 'Are the same or nearly the same images in several roles or under several labels?',
  async run(context) {
    const copies = [...exactCopies(context.scan.pictures), ...(await nearCopies(context))]
    const conflicting = copies.filter(({ a, b }) => a.sample.label !== b.sample.label)
    const rest = copies.filter(({ a, b }) => a.sample.label === b.sample.label)
    const crossing = rest.filter(({ a, b }) => isApart(a.sample.split, b.sample.split))
    const loose = rest.filter(
      ({ a, b }) =>
        !isApart(a.sample.split, b.sample.split) &&
        (a.sample.part === null || a.sample.part !== b.sample.part),
    )
    const shown = [...conflicting, ...crossing, ...loose].slice(0, 8)
    const sheet = await contactSheet(
      id,
      'Pairs of images that are copies of each other, one below the other.',
      [shown.map(({ a }) => a.thumbnail), shown.map(({ b }) => b.thumbnail)],
    )
    return answer(
      [
        finding(
          conflicting,
          'error',
          (n, picture) => `${n} of images show ${picture}, once as nominal and once as anomalous`,
          'One of the two labels is wrong, or the defect is not in the picture: look at the pairs and decide.',
        ),
        finding(
          crossing,
          'error',
          (n, picture) => `${n} of images show ${picture}, once for training and once for testing`,
          'Delete one of each pair. What a detector has learnt it recognises, so figures on such images say nothing.',
        ),
        finding(
          loose,
          'warning',
          (n, picture) => `${n} of images show ${picture}, and nothing keeps them in one role`,
          'Delete one of each pair, or give both the same part id: drawn at random, one trains and the other is judged.',
        ),
      ],
      shown.length === 0 ? [] : [sheet],
    )
  },
}

const isApart = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b

function finding(
  copies: readonly Copy[],
  severity: Finding['severity'],
  title: (pairs: string, picture: string) => string,
  remedy: string,
): Finding | null {
  if (copies.length === 0) return null
  const count = (how: Copy['how']): number => copies.filter((copy) => copy.how === how).length
  return {
    id,
    severity,
    title: `${title(counted(copies.length, 'pair'), count('nearly') > 0 ? 'nearly the same picture' : 'the same picture')}.`,
    evidence: {
      pairs: copies.length,
      equalFiles: count('bytes'),
      equalPixels: count('pixels'),
      nearlyEqual: count('nearly'),
      examples: some(copies.map(({ a, b, how }) => ({ a: a.sample.id, b: b.sample.id, how }))),
    },
    remedy,
  }
}

/** Each picture with the first that has its bytes, else with the first that has its pixels. */
function exactCopies(pictures: readonly Picture[]): readonly Copy[] {
  const files = new Map<string, Picture>()
  const pixels = new Map<string, Picture>()
  return pictures.flatMap((b): Copy[] => {
    const sameFile = files.get(b.fileHash)
    const samePixels = pixels.get(b.pixelHash)
    if (sameFile === undefined) files.set(b.fileHash, b)
    if (samePixels === undefined) pixels.set(b.pixelHash, b)
    if (sameFile !== undefined) return [{ a: sameFile, b, how: 'bytes' }]
    return samePixels === undefined ? [] : [{ a: samePixels, b, how: 'pixels' }]
  })
}

async function nearCopies({ scan, groups, embeddings, random }: CheckContext): Promise<readonly Copy[]> {
  if (groups === null) return []
  const { pictures } = scan
  const { pairs } = await groups()
  const alike = pairs.filter(({ a, b, likeness }) => {
    const [one, other] = [pictures[a]!, pictures[b]!]
    return (
      likeness >= leastAgreement &&
      one.pixelHash !== other.pixelHash &&
      isWithin(one.light.mean, other.light.mean) &&
      isWithin(one.light.contrast, other.light.contrast)
    )
  })
  if (alike.length === 0 || embeddings === null) return alike.map(copyOf)
  const vectors = await embeddings()
  const stream = random.fork(id)
  const anyTwo = Array.from({ length: 500 }, () =>
    distance(vectors[stream.integer(vectors.length)]!, vectors[stream.integer(vectors.length)]!),
  ).filter((value) => value > 0)
  const usual = anyTwo.length === 0 ? Number.POSITIVE_INFINITY : quantile(anyTwo, 0.5)
  return alike.filter(({ a, b }) => distance(vectors[a]!, vectors[b]!) <= mostDistance * usual).map(copyOf)

  function copyOf({ a, b }: { readonly a: number; readonly b: number }): Copy {
    return { a: pictures[a]!, b: pictures[b]!, how: 'nearly' }
  }
}

const isWithin = (a: number, b: number): boolean => Math.max(a, b) <= mostLight * Math.min(a, b) + 1

function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += (a[d]! - b[d]!) ** 2
  return Math.sqrt(sum)
}
