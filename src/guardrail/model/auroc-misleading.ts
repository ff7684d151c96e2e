/**
 * `auroc.misleading`: is the AUROC quotable at all?
 *
 * It says how well good and defective are ranked; nothing of how few were ranked, nothing of how rare defects are on the line, and
 * nothing of what the chosen threshold costs. Each of these is looked at where it is known.
 */
import type { Estimate, Finding } from '../../wire/evaluation.ts'
import type { Guardrail } from '../contract.ts'
import type { EvaluatedRun } from './evaluated-run.ts'
import { figureWithin, percent } from './figure-text.ts'

const id = 'auroc.misleading'

/** Width of the interval, of the whole range of 0.5 from chance to perfection, that leaves a detector neither good nor bad. */
const mostWidth = 0.2
/** An AUROC that sounds good. */
const impressive = 0.9

export const aurocMisleading: Guardrail<EvaluatedRun> = {
  id,
  question: 'Can the AUROC be quoted as it stands?',
  async run({ evaluation, results }) {
    const { metrics, protocol } = evaluation
    const level = metrics.part ?? metrics.image
    const name = metrics.part ? 'part' : 'image'
    const { auroc, precision, costPer1000, sensitivity, overkillRate } = level
    if (auroc.mean === null)
      return { kind: 'skipped', reason: 'there is no AUROC: a fold judged one label only' }
    const units = results.map(({ plan }) => Math.min(...plan.units.inference))
    const evidence = { auroc: auroc.mean, ci: auroc.ci, unitsOfRarerLabel: units }
    const findings: Finding[] = []
    const [low, high] = auroc.ci
    const isWide = low !== null && high !== null && high - low > mostWidth
    if (isWide || auroc.mean === 1) {
      findings.push({
        id,
        severity: isWide ? 'warning' : 'info',
        title:
          auroc.mean === 1
            ? `No fold made a ranking error; with so few units the AUROC may still be as low as ${low?.toFixed(3) ?? 'unknown'}.`
            : `The AUROC is hardly known: ${figureWithin(auroc.mean, auroc.ci)}.`,
        evidence: { ...evidence, width: low === null || high === null ? null : high - low, limit: mostWidth },
        remedy:
          auroc.mean === 1
            ? 'Quote the lower bound, not 1.0, and look for a shortcut (check, diagnose) before celebrating.'
            : `Quote the interval, never the figure alone, and do not rank detectors by it. It narrows with more ${name}s of the rarer label, not with more folds.`,
      })
    }
    const { prevalence, prevalenceStated, costEscape, costOverkill } = protocol
    // What nobody stated cannot be held against the figure.
    const best = precisionAt(prevalence, sensitivity.ci[1], overkillRate.ci[0])
    if (prevalenceStated && auroc.mean >= impressive && best !== null && best < 0.5) {
      findings.push({
        id,
        severity: 'warning',
        title: `The AUROC of ${auroc.mean.toFixed(3)} hides that most rejected ${name}s are good: with ${percent(prevalence)} defective on the line, ${percent(precision.mean)} of the rejected ones are defective.`,
        evidence: { ...evidence, prevalence, precision: precision.mean, precisionAtBest: best },
        remedy:
          'Quote overkill and escape rate at the threshold. Raise the threshold (--threshold neyman-pearson or cost), or let people look at ' +
          'what is rejected (--review-escape).',
      })
    }
    const trivial = 1000 * Math.min(prevalence * costEscape, (1 - prevalence) * costOverkill)
    if (prevalenceStated && costEscape !== costOverkill && isAbove(costPer1000, trivial)) {
      findings.push({
        id,
        severity: 'warning',
        title: `At the chosen threshold the line costs ${costPer1000.mean?.toFixed(0)} for 1,000 ${name}s; ${prevalence * costEscape < (1 - prevalence) * costOverkill ? 'passing' : 'rejecting'} every one would cost ${trivial.toFixed(0)}, whatever the AUROC of ${auroc.mean.toFixed(3)} says.`,
        evidence: {
          ...evidence,
          costPer1000: costPer1000.mean,
          costCi: costPer1000.ci,
          withoutDetector: trivial,
        },
        remedy:
          'Choose the threshold by cost (--threshold cost); if that does not help, the detector does not pay yet.',
      })
    }
    const [first, ...rest] = findings
    return first === undefined ? { kind: 'passed' } : { kind: 'found', findings: [first, ...rest] }
  },
}

/** What the intervals allow at best: an interval of the precision itself explodes where some fold rejects nothing good. */
function precisionAt(prevalence: number, sensitivity: number | null, overkill: number | null): number | null {
  if (sensitivity === null || overkill === null) return null
  const right = prevalence * sensitivity
  return right / (right + (1 - prevalence) * overkill)
}

const isAbove = ({ ci }: Estimate, limit: number): boolean => ci[0] !== null && ci[0] > limit
