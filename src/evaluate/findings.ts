/** What a careful statistician would say about the evaluation itself, in the shape of every other finding. */
import type { Estimate, Evaluation, Finding } from '../wire/evaluation.ts'
import type { FoldResult } from './evaluate-fold.ts'

/** Independent units a side in a half below which figures are called weak: with 10, one unit is 10 %. */
const fewUnits = 10

export interface FindingsInput extends Pick<Evaluation, 'protocol' | 'metrics' | 'dataset'> {
  readonly results: readonly FoldResult[]
}

export function evaluationFindings(input: FindingsInput): readonly Finding[] {
  return [
    splitPublished(input),
    mergeRefused(input),
    ...tooFewUnits(input),
    partsOfOneLabel(input),
    satOut(input),
    prevalenceAssumed(input),
    missingFold(input),
    failures(input),
  ].filter((finding) => finding !== null)
}

/** What `split-published.ts` says it flatters, in the reader's words. */
function splitPublished({ results, protocol, dataset }: FindingsInput): Finding | null {
  if (protocol.split !== 'published') return null
  const { train, threshold, inference } = results[0]!.plan.counts
  const used = train + [...threshold, ...inference].reduce((sum, count) => sum + count, 0)
  const unused = dataset.images.nominal + dataset.images.anomalous - used
  return {
    id: 'split.published',
    severity: 'warning',
    title:
      'The published split was used: every fold trains on the same images, so the intervals hold the luck of the halves of the test set and not that of training, and are too narrow for a promise.',
    evidence: { train, test: used - train, unused },
    remedy:
      'Quote these figures beside published ones, where the threshold mostly was chosen on the very images that were judged, which flatters more. For the factory floor, evaluate without --split published.',
  }
}

function mergeRefused({ protocol }: FindingsInput): Finding | null {
  const { merge } = protocol
  if (protocol.split === 'published' && (merge.pValue ?? 1) >= 0.05) return null
  if (merge.merged || merge.mode !== 'auto') return null
  return {
    id: 'shift.nominal',
    severity: 'warning',
    title: 'Nominal test images differ from nominal training images, so they were kept out of training.',
    evidence: { pValue: merge.pValue, effect: merge.effect },
    remedy:
      'Find out what changed between the two sets (light, camera, batch, cropping). If it will change on the line too, ' +
      'train on both (--merge always); if not, photograph both sets the same way.',
  }
}

function tooFewUnits({ results, protocol }: FindingsInput): readonly Finding[] {
  const findings: Finding[] = []
  for (const [side, label] of ['nominal', 'anomalous'].entries()) {
    const halves = results.flatMap(({ plan }) => [plan.units.threshold[side]!, plan.units.inference[side]!])
    const least = Math.min(...halves)
    if (least >= fewUnits) continue
    findings.push({
      id: 'sample.units',
      severity: 'warning',
      title: `In some fold only ${least} independent ${label} ${protocol.unit}s choose or judge; images of one part are not independent.`,
      evidence: { label, unit: protocol.unit, least, wanted: fewUnits },
      remedy: `Collect images of more ${label} parts; more images of the same parts will not narrow the intervals much.`,
    })
  }
  return findings
}

function partsOfOneLabel({ results, dataset, protocol }: FindingsInput): Finding | null {
  const lacking = results.filter(({ part }) => part === null).map(({ fold }) => fold)
  if (!dataset.partsKnown || protocol.unit !== 'part' || lacking.length === 0) return null
  return {
    id: 'part.one-label',
    severity: 'warning',
    title: `There are no figures per part: in ${lacking.length} of ${results.length} folds a role held no nominal part, or no anomalous one.`,
    evidence: { folds: lacking },
    remedy:
      'A part counts as anomalous when any of its images in the role is. Where the same parts are photographed until they ' +
      'wear out, none stays nominal: judge by image, or add parts that were never found defective.',
  }
}

function satOut({ protocol, results }: FindingsInput): Finding | null {
  const perFold = results.map(({ plan }) => plan.satOut.anomalous)
  const most = Math.max(...perFold)
  if (most === 0) return null
  return {
    id: 'protocol.sat-out',
    severity: 'info',
    title:
      `Nominal images are scarce: up to ${most} anomalous ${protocol.unit}s sat out in a fold, taking turns; ` +
      `${protocol.satOut.anomalous} were never judged.`,
    evidence: { anomalousPerFold: perFold, neverJudged: protocol.satOut },
    remedy: 'Add nominal images, more folds (--folds 10), or let fewer of them train (--min-train).',
  }
}

function prevalenceAssumed({ protocol }: FindingsInput): Finding | null {
  if (protocol.prevalenceStated) return null
  return {
    id: 'protocol.prevalence',
    severity: 'info',
    title: `No factory prevalence was stated; precision, NPV and cost assume ${protocol.prevalence * 100} % defective parts.`,
    evidence: { prevalence: protocol.prevalence },
    remedy:
      'State the share of defective parts that reach the camera with --prevalence; these figures depend on it strongly.',
  }
}

function missingFold({ metrics }: FindingsInput): Finding | null {
  const figures = Object.entries(metrics.image) as [string, Estimate | null][]
  const undefinedIn = figures
    .filter(([, figure]) => figure?.perFold.some((value) => value === null))
    .map(([name]) => name)
  if (undefinedIn.length === 0) return null
  return {
    id: 'figure.undefined',
    severity: 'info',
    title: `Undefined in some folds and averaged over the others: ${undefinedIn.join(', ')}.`,
    evidence: { figures: undefinedIn },
    remedy:
      'A figure is undefined where its denominator is 0, e.g. precision when nothing is rejected. Look at the folds singly.',
  }
}

function failures({ dataset }: FindingsInput): Finding | null {
  const count = dataset.failures.length
  if (count === 0) return null
  return {
    id: 'files.unreadable',
    severity: 'warning',
    title: `${count} ${count === 1 ? 'file' : 'files'} could not be used, or only in part; the method section lists ${count === 1 ? 'it' : 'them'}.`,
    evidence: { files: dataset.failures.slice(0, 20), count },
    remedy: 'Mend or remove them; if failures hit one label more than the other, the figures are biased.',
  }
}
