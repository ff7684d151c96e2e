/** How training went: loss and shares by step, fold by fold, and why it ended. */
import type { TrainingCurves } from '../../wire/training-curves.ts'
import { trainingChart } from '../charts/training-chart.ts'
import { fixed, plural } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { outside, section } from './section.ts'

/** The training of one fold. */
export interface FoldTraining {
  readonly fold: number
  readonly curves: TrainingCurves
}

export function trainingSection(trainings: readonly FoldTraining[]): Markup {
  const [first] = trainings
  const units = [...new Set(first?.curves.curves.map(({ unit }) => unit))]
  return section({
    id: 'training',
    heading: 'Training',
    lead: html`Thin lines are folds, bold ones their mean. Nothing here has seen an image of the threshold or the inference role.`,
    body: html`<div class="pair">${units.map((unit, i) => chartOf(unit, i, trainings))}</div>
<p class="muted">${endings(trainings).map((ending) => html`${outside(ending)} `)}</p>`,
  })
}

/** Units of curves and what their charts are called; any other unit is its own name. */
const headings: Readonly<Record<string, string>> = { loss: 'Loss', share: 'Shares told right' }

function chartOf(unit: string, place: number, trainings: readonly FoldTraining[]): Markup {
  const names = trainings[0]!.curves.curves.filter((curve) => curve.unit === unit).map(({ name }) => name)
  const curves = names.map((name) => ({
    name,
    folds: trainings.flatMap(({ fold, curves: { curves: own } }) => {
      const curve = own.find((each) => each.name === name && each.unit === unit)
      return curve === undefined
        ? []
        : [{ fold, points: curve.step.map((x, i) => ({ x, y: curve.value[i]! })) }]
    }),
  }))
  const heading = headings[unit] ?? unit
  const ends = curves.map(({ name, folds }) => {
    const last = folds.map(({ points }) => points.at(-1)?.y ?? Number.NaN)
    return `${name}: ${fixed(last.reduce((sum, value) => sum + value, 0) / last.length)} at the end`
  })
  return html`<figure><figcaption><h3>${heading}</h3><p>${ends.join('; ')}</p></figcaption>${trainingChart({
    id: `training-${place + 1}`,
    title: `${heading} by step, every fold and their mean`,
    description: `${plural(trainings.length, 'fold')}. ${ends.join('. ')}.`,
    yLabel: unit === 'share' ? 'Share' : heading,
    isShare: unit === 'share',
    curves,
  })}</figure>`
}

/** One sentence for each way to end, with the folds that ended so. */
function endings(trainings: readonly FoldTraining[]): readonly string[] {
  const byWay = new Map<string, number[]>()
  for (const { fold, curves } of trainings) {
    const way = `${plural(curves.steps, 'step')}, ${curves.ended}`
    byWay.set(way, [...(byWay.get(way) ?? []), fold + 1])
  }
  return [...byWay].map(([way, folds]) =>
    folds.length === trainings.length ? `Every fold: ${way}.` : `Fold ${folds.join(', ')}: ${way}.`,
  )
}
