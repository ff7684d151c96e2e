import { grouped } from '../../report/format.ts'
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
  const figure = ({ value, ci: [low, high], width }: PlanEstimate, isShare: boolean): string[] => {
    const show = (each: number) => (isShare ? each.toFixed(3) : (100 * each).toFixed(1))
    const sign = isShare ? '' : ' %'
    return [
      `${show(value)}${sign}`,
      beside === 'ci' ? `${show(low)} to ${show(high)}${sign}` : `${show(width)} wide`,
    ]
  }
  const rows = all.map((point) => [
    point.more === 0 ? 'now' : point.isMeasured ? 'measured' : 'would be',
    grouped(point.units),
    ...figure(point.auroc, true),
    ...figure(point.escapeRate, false),
    ...figure(point.overkillRate, false),
  ])
  return table([head, ...rows])
}

function proofs({ proofs: all }: Plan): string {
  const name = (kind: string, { bound, confidence }: PlanProof) =>
    `${kind} below ${Number((100 * bound).toPrecision(4))} %, ${Number((100 * confidence).toPrecision(4))} % sure`
  const row = (title: string, { parts }: PlanProof) => [
    title,
    ...parts.map(({ parts: many }) => (many === null ? '–' : grouped(many))),
  ]
  const head = ['', ...all.escape.parts.map(({ wrong }) => `${wrong === 0 ? 'none' : wrong} wrong`)]
  return `Parts that must be judged to prove it\n${table([
    head,
    row(name('escape', all.escape), all.escape),
    row(name('overkill', all.overkill), all.overkill),
  ])}`
}
