/**
 * `selection.leakage`: did anything choose on test data?
 *
 * Where each choice of the run comes from: the units that learn, the threshold, the length of training; and the choice that no
 * single run can know of: that it was picked as the best of several that were judged on the same images.
 */
import type { Finding } from '../../wire/evaluation.ts'
import type { Answer, Guardrail } from '../contract.ts'
import type { EvaluatedRun, Sibling } from './evaluated-run.ts'
import { listed } from './figure-text.ts'

const id = 'selection.leakage'

/** Runs on the same folds from which the best one flatters itself noticeably. */
const manyRuns = 3

export const selectionLeakage: Guardrail<EvaluatedRun> = {
  id,
  question: 'Was anything chosen by looking at the images that judge?',
  async run(run): Promise<Answer> {
    const findings = [sharedUnits(run), foreignThreshold(run), bestOfMany(run)].filter(
      (finding): finding is Finding => finding !== null,
    )
    const [first, ...rest] = findings
    return first === undefined ? { kind: 'passed' } : { kind: 'found', findings: [first, ...rest] }
  },
}

function sharedUnits({ results, settings }: EvaluatedRun): Finding | null {
  const shared = results.flatMap(({ plan: { unitIds } }) => {
    const others = new Set([...unitIds.train, ...unitIds.threshold])
    return unitIds.inference.filter((unit) => others.has(unit))
  })
  if (shared.length === 0) return null
  const distinct = [...new Set(shared)].sort()
  return {
    id,
    severity: 'error',
    title: `${distinct.length} ${settings.unit}s both judge and either train or choose the threshold.`,
    evidence: { units: distinct.slice(0, 20), count: distinct.length },
    remedy: 'These figures say nothing about new parts. Evaluate again with the folds that Plumbline draws.',
  }
}

/** The record says one threshold, the policy on the threshold set another. */
function foreignThreshold({ results, evaluation }: EvaluatedRun): Finding | null {
  const different = results.flatMap(({ fold, image }) => {
    const recorded = evaluation.folds.find((each) => each.fold === fold)?.threshold ?? null
    const chosen = Number.isFinite(image.threshold) ? image.threshold : null
    const isSame =
      recorded === chosen ||
      (recorded !== null && chosen !== null && Math.abs(recorded - chosen) <= 1e-9 * Math.abs(chosen))
    return isSame ? [] : [{ fold, recorded, chosen }]
  })
  if (different.length === 0) return null
  return {
    id,
    severity: 'error',
    title: `In ${different.length} of ${results.length} folds the recorded threshold is not the one that the policy chooses from the threshold set.`,
    evidence: { policy: evaluation.protocol.threshold.policy, folds: different },
    remedy:
      'It was changed afterwards, perhaps with the results in view. Evaluate again and leave the files of the run as they are.',
  }
}

function bestOfMany({ siblings, evaluation }: EvaluatedRun): Finding | null {
  const rivals = (siblings ?? []).filter(({ isOnSameFolds }) => isOnSameFolds)
  const own = meanOf(evaluation.metrics.image.auroc.perFold)
  const scored = rivals.flatMap((rival) => {
    const value = meanOf(rival.aurocPerFold)
    return value === null ? [] : [{ rival, value }]
  })
  if (own === null || 1 + scored.length < manyRuns || scored.some(({ value }) => value > own)) return null
  const values = [own, ...scored.map(({ value }) => value)]
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const next = Math.max(...scored.map(({ value }) => value))
  return {
    id,
    severity: 'warning',
    title: `This is the best of ${values.length} runs that were judged on the same images: whoever picks it for its AUROC of ${own.toFixed(3)} quotes a maximum, not an expectation.`,
    evidence: {
      runs: values.length,
      auroc: own,
      meanOfAll: mean,
      aheadOfNext: own - next,
      others: scored.slice(0, 20).map(({ rival, value }) => ({ ...named(rival), auroc: value })),
    },
    remedy: `Say how many were tried (${listed([...new Set(scored.map(({ rival }) => rival.what))].slice(0, 4))}). Confirm the winner on parts that no run has judged; \`plumbline compare\` says whether its lead can be told from chance.`,
  }
}

const named = ({ name, what }: Sibling) => ({ run: name, what })

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length
}
