/** An evaluation for someone at a terminal: the verdict, the figures that decide, what to mind, and where the rest is. */
import { verdictSentence } from '../../evaluate/verdict.ts'
import {
  count,
  duration,
  fixed,
  interval,
  percent,
  percentInterval,
  quotedInterval,
} from '../../report/format.ts'
import type { Estimate, Evaluation, Loss } from '../../wire/evaluation.ts'
import { table, textWidth, wrap } from '../layout-text.ts'
import { findingText, gravestFirst } from './finding-text.ts'
import { plain } from './plain.ts'
import { understoodText } from './understood-text.ts'

export function evaluationText(evaluation: Evaluation, reportPath: string, columns: number): string {
  const width = textWidth(columns)
  const { metrics, findings } = evaluation
  const { understood } = evaluation.dataset
  const parts = [
    ...(understood ? [understoodText(understood, columns)] : []),
    wrap(setup(evaluation), width),
    ...(findings.length > 0
      ? [
          `Findings\n${gravestFirst(findings)
            .map((finding) => findingText(finding, width))
            .join('\n')}`,
        ]
      : []),
    wrap(verdictSentence(evaluation), width),
    figuresTable(evaluation),
    ...shotsText(evaluation),
    ...leaveOutText(evaluation),
    ...(metrics.pixel ? [`Pixels\n${pixelTable(metrics.pixel)}`] : []),
    `Report: ${reportPath}`,
  ]
  return `${plain(parts.join('\n\n'))}\n`
}

/** The verdict alone, in one sentence. */
export function verdictText(evaluation: Evaluation, columns: number): string {
  return `${plain(wrap(verdictSentence(evaluation), textWidth(columns)))}\n`
}

function setup({ dataset, detector, backbone, protocol, seed, seconds }: Evaluation): string {
  const { nominal, anomalous } = dataset.images
  const parts = dataset.partsKnown ? ` of ${dataset.parts} parts` : ''
  const folds = `${protocol.folds} ${protocol.folds === 1 ? 'fold' : 'folds'}`
  return (
    `${detector.id} on ${backbone.id}: ${nominal} nominal and ${anomalous} anomalous images${parts}, ` +
    `${folds} split by ${protocol.unit}, seed ${seed}, ${duration(seconds)}.`
  )
}

function figuresTable({ metrics, naive }: Evaluation): string {
  const level = metrics.part ?? metrics.image
  const usual = metrics.part && naive.part ? naive.part : naive.image
  const row = (name: string, estimate: Estimate, flattered?: number | null): string[] => [
    name,
    fixed(estimate.mean),
    interval(quotedInterval(estimate)),
    flattered === undefined ? '' : fixed(flattered),
  ]
  const share = (name: string, estimate: Estimate): string[] => [
    name,
    percent(estimate.mean),
    percentInterval(quotedInterval(estimate)),
    '',
  ]
  return table([
    [metrics.part ? 'Per part' : 'Per image', 'mean', '95 % interval', 'the usual way'],
    row('AUROC', level.auroc, usual.auroc),
    row('average precision', level.averagePrecision),
    row('balanced accuracy', level.balancedAccuracy, usual.balancedAccuracy),
    row('F1', level.f1, usual.f1),
    share('escape rate', level.escapeRate),
    share('overkill rate', level.overkillRate),
    ...(level.reviewRate ? [share('review rate', level.reviewRate)] : []),
    ['cost per 1,000', count(level.costPer1000.mean), interval(quotedInterval(level.costPer1000), count), ''],
  ])
}

/** What each group lost that was left out. */
function leaveOutText({ leaveOut }: Evaluation): string[] {
  if (leaveOut === undefined) return []
  const { by, groups, mean } = leaveOut
  const row = (name: string, auroc: Loss, escapeRate: Loss): string[] => [
    name,
    `${fixed(auroc.leftOut)} (${fixed(auroc.known)})`,
    `${fixed(auroc.loss)} ${interval(auroc.ci)}`,
    `${percent(escapeRate.leftOut)} (${percent(escapeRate.known)})`,
    `${percent(escapeRate.loss)} ${percentInterval(escapeRate.ci)}`,
  ]
  const head = [`Left out by ${by}`, 'AUROC (known)', 'loss', 'escape rate (known)', 'rise']
  return [
    table([
      head,
      ...groups.map(({ group, auroc, escapeRate }) => row(group, auroc, escapeRate)),
      row('mean', mean.auroc, mean.escapeRate),
    ]),
  ]
}

/** What supports of each number came to, where supports were drawn. */
function shotsText({ shots, protocol, metrics: { image }, folds }: Evaluation): string[] {
  if (protocol.shots == null) return []
  const own = { shots: Math.max(...protocol.shots), supports: folds.length, image }
  const rows = (shots ?? [own]).map(({ shots: count, image: { auroc, escapeRate, overkillRate } }) => [
    `${count}`,
    `${fixed(auroc.mean)} ${interval(auroc.ci)}`,
    auroc.support ? interval(auroc.support.ci) : '',
    `${percent(escapeRate.mean)} ${percentInterval(escapeRate.ci)}`,
    `${percent(overkillRate.mean)} ${percentInterval(overkillRate.ci)}`,
  ])
  const head = ['Shots', 'AUROC per image', 'of one support', 'escape rate', 'overkill rate']
  return [table([head, ...rows])]
}

function pixelTable(pixel: NonNullable<Evaluation['metrics']['pixel']>): string {
  const rows: [string, Estimate][] = [
    ['AUROC', pixel.auroc],
    ['AUPRO to 0.3', pixel.aupro],
    ['AUPRO to 0.05', pixel.aupro05],
  ]
  return table(
    rows.map(([name, estimate]) => [name, fixed(estimate.mean), interval(quotedInterval(estimate))]),
  )
}
