/**
 * `localisation.concordance`: is it right for the right reason?
 *
 * A defective image that is rejected should be rejected for its defect: the map should peak there. Some are rejected by luck, as many
 * as good ones are; of the others most must hit. Far fewer hits beside a good AUROC mean that something else gives defects away.
 */
import { clusteredRateInterval } from '../../evaluate/clustered-intervals.ts'
import type { Frame, Mask } from '../../image/image.ts'
import { growMask } from '../../math/grow-mask.ts'
import type { Interval } from '../../wire/evaluation.ts'
import type { Answer, Guardrail } from '../contract.ts'
import { percent, percentWithin } from './figure-text.ts'
import type { FittedRun, JudgedImage } from './fitted-run.ts'

const id = 'localisation.concordance'

/** Rejected defective units with a mask. */
const fewestUnits = 8
/** Share of what is rejected for more than luck that must peak at the defect; masks and peaks are never exact. */
const leastConcordance = 0.5
/** Advantage in rejection below which there is nothing to explain: the detector is hardly better than chance. */
const leastAdvantage = 0.2
/** Share of the longer side by which masks are grown: maps are smooth, and features see a little around them. */
const margin = 0.04

export const localisationConcordance: Guardrail<FittedRun> = {
  id,
  question: 'Does the detector reject defective parts for their defects?',
  async run({ judged, threshold, defectMask, evaluation, fold }): Promise<Answer> {
    if (threshold === null) return skipped('the fold has no threshold, so nothing is rejected')
    const anomalous = judged.filter(({ sample }) => sample.label === 'anomalous')
    const masked = anomalous.flatMap((image) => {
      const mask = defectMask(image.sample)
      return mask === null ? [] : [{ image, hit: hitOf(image, mask) }]
    })
    if (masked.length === 0)
      return skipped(
        'no judged image has a mask of its defect; masks enable it (docs/datasets.md says where they go)',
      )
    const rejected = masked.filter(({ image }) => image.isRejected)
    const units = new Set(rejected.map(({ image }) => image.unit)).size
    if (units < fewestUnits)
      return skipped(
        `${units} rejected ${units === 1 ? 'part' : 'parts'} with masks are too few; it takes ${fewestUnits}`,
      )
    const rate = (of: readonly JudgedImage[]): number =>
      of.filter(({ isRejected }) => isRejected).length / Math.max(1, of.length)
    const falseAlarms = rate(judged.filter(({ sample }) => sample.label === 'nominal'))
    const detected = rate(masked.map(({ image }) => image))
    const advantage = detected - falseAlarms
    if (advantage < leastAdvantage)
      return skipped(
        `defective images are rejected in ${percent(detected)} of cases, good ones in ${percent(falseAlarms)}: there is hardly a detection to explain`,
      )
    const hits = rejected.filter(({ hit }) => hit.isHit).length / rejected.length
    const byChance = rejected.reduce((sum, { hit }) => sum + hit.share, 0) / rejected.length
    const interval = hitInterval(rejected)
    // Of the rejected ones, the share that is not rejected by luck.
    const explained = advantage / detected
    const expected = explained * leastConcordance
    const isLow = interval[1] !== null && interval[1] < expected
    const { pixel, image } = evaluation.metrics
    const evidence = {
      fold,
      rejected: rejected.length,
      hitRate: hits,
      ci: interval,
      expectedAtLeast: expected,
      hitRateByChance: byChance,
      aupro: pixel?.aupro.mean ?? null,
      auroc: image.auroc.mean,
    }
    if (!isLow) return { kind: 'passed' }
    return {
      kind: 'found',
      findings: [
        {
          id,
          severity: hits <= byChance ? 'error' : 'warning',
          title: `Defective images are rejected (${percent(detected)}, good ones ${percent(falseAlarms)}), but not for their defects: the map peaks at the defect in ${percentWithin(hits, interval)} of them.`,
          evidence,
          remedy:
            'Look at the heat maps of rejected images: what do they point at? Something else tells defective pictures from good ones ' +
            '(background, light, a label, a file format): `plumbline check` looks for it. If the maps point beside the defect by a little, the masks may be shifted or too tight.',
        },
      ],
    }
  },
}

export interface Hit {
  readonly isHit: boolean
  /** Share of the picture in which a peak would be a hit. */
  readonly share: number
}

/** Whether the peak of the map lies within 4 % of the longer side of the defect. */
export function hitOf({ peak, frame }: JudgedImage, { width, height, data }: Mask): Hit {
  const grown = growMask(data, width, height, Math.ceil(margin * Math.max(width, height)))
  return { isHit: grown[peak.y * width + peak.x] === 1, share: shareInside(grown, width, frame) }
}

function shareInside(data: Uint8Array, width: number, { content }: Frame): number {
  let inside = 0
  for (let y = content.y; y < content.y + content.height; y++) {
    for (let x = content.x; x < content.x + content.width; x++) inside += data[y * width + x]!
  }
  return inside / (content.width * content.height)
}

/** Of the hit rate, 95 %, images of one unit together. */
export function hitInterval(
  rejected: readonly { readonly image: Pick<JudgedImage, 'unit'>; readonly hit: Pick<Hit, 'isHit'> }[],
): Interval {
  return clusteredRateInterval(
    {
      scores: Float64Array.from(rejected, ({ hit }) => Number(hit.isHit)),
      labels: new Uint8Array(rejected.length).fill(1),
      clusters: rejected.map(({ image }) => image.unit),
    },
    1,
    (hit) => hit === 1,
  )
}

const skipped = (reason: string): Answer => ({ kind: 'skipped', reason })
