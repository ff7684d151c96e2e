import {
  absent,
  fixed,
  grouped,
  interval,
  percent,
  percentInterval,
  statedPercent,
} from '../../report/format.ts'
import type { Plan, PlanEstimate, PlanPoint, PlanProof } from '../../wire/plan.ts'
import { table, textWidth, wrap } from '../layout-text.ts'
import { plain } from './plain.ts'

/** The answer in sentences, then the curves and the proofs it rests on. @param page - Null where none was written. */
export function planText(plan: Plan, page: string | null, columns: number): string {
  const width = textWidth(columns)
  const unit = plan.protocol.unit === 'part' ? 'parts' : 'photographs'
  const parts = [
    plan.answer.map((sentence) => wrap(sentence, width)).join('\n'),
    `Good ${unit} to learn from\n${points(plan.nominal.points, 'ci')}`,
    `Defective ${unit} to choose the threshold and to be judged on\n${points(plan.defective.points, 'width')}`,
    proofs(plan),
    ...(page === null ? [] : [`Page: ${page}`]),
  ]
  return `${plain(parts.join('\n\n'))}\n`
}

function points(all: readonly PlanPoint[], beside: 'ci' | 'width'): string {
  const second = beside === 'ci' ? '95 % interval' : 'interval is'
  const head = ['', 'number', 'AUROC', second, 'escape', second, 'overkill', second]
  const area = ({ value, ci, width }: PlanEstimate): string[] => [
    fixed(value),
    beside === 'ci' ? interval(ci) : `${fixed(width)} wide`,
  ]
  const rate = ({ value, ci, width }: PlanEstimate): string[] => [
    percent(value),
    beside === 'ci' ? percentInterval(ci) : `${fixed(100 * width, 1)} wide`,
  ]
  const rows = all.map((point) => [
    point.more === 0 ? 'now' : point.isMeasured ? 'measured' : 'would be',
    grouped(point.units),
    ...area(point.auroc),
    ...rate(point.escapeRate),
    ...rate(point.overkillRate),
  ])
  return table([head, ...rows])
}

function proofs({ proofs: all }: Plan): string {
  const name = (kind: string, { bound, confidence }: PlanProof) =>
    `${kind} below ${statedPercent(bound)}, ${statedPercent(confidence)} sure`
  const row = (title: string, { parts }: PlanProof) => [
    title,
    ...parts.map(({ parts: many }) => (many === null ? absent : grouped(many))),
  ]
  const head = ['', ...all.escape.parts.map(({ wrong }) => `${wrong === 0 ? 'none' : wrong} wrong`)]
  return `Parts that must be judged to prove it\n${table([
    head,
    row(name('escape', all.escape), all.escape),
    row(name('overkill', all.overkill), all.overkill),
  ])}`
}
