/** Verdicts on whole parts from the scores of their images, by the rule in the model's card. */
import { UsageError } from '../../errors.ts'
import { decide } from '../../evaluate/evaluate-fold.ts'
import { parsePartScore, partScore } from '../../evaluate/part-score.ts'
import { groupBy } from '../../math/group-by.ts'
import type { ModelCard } from '../../wire/model.ts'
import type { PredictedImage, PredictedPart } from '../../wire/prediction.ts'

/**
 * A part with an image that could not be judged has no verdict: the defect may be on that one.
 *
 * @param pattern - Part id: its first group, searched for in the path. Images that do not match belong to no part.
 * @param named - In place of the model's threshold; null for that one.
 * @throws {UsageError} No image matches.
 */
export function judgeParts(
  images: readonly PredictedImage[],
  pattern: string,
  own: ModelCard['threshold'],
  named: number | null,
): PredictedPart[] {
  const regex = new RegExp(pattern, 'u')
  const parts = groupBy(images, ({ path }) => regex.exec(path)?.[1] ?? '')
  parts.delete('')
  if (parts.size === 0 && images.length > 0) {
    throw new UsageError(
      `--part-pattern: ${pattern} matches none of ${images.length} images, such as ${images[0]!.path}`,
    )
  }
  const rule = parsePartScore(own?.partScore ?? 'max')
  return [...parts].map(([part, members]): PredictedPart => {
    const judged = members.filter((image) => image.ok)
    if (judged.length < members.length) {
      const lost = members.length - judged.length
      return {
        part,
        ok: false,
        images: members.length,
        error: `${lost} of its ${members.length} images could not be judged`,
      }
    }
    const score = partScore(
      rule,
      judged.map((image) => image.score),
    )
    const [{ threshold }] = judged as [(typeof judged)[number]]
    const reviewThreshold = named === null ? (own?.review ?? null) : null
    const verdict = decide(score, { threshold, reviewThreshold })
    return { part, ok: true, images: members.length, score, threshold, verdict }
  })
}
