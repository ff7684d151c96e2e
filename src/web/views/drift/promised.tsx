/** What the model's card promises beside what people found on the line, with what is missing to say more. */
import type { LinePromise, RealFigure } from '../../../wire/station/promise.ts'
import { FigureTable } from '../../parts/figure-table.tsx'
import { InEnglish } from '../../parts/in-english.tsx'
import { number, percent, say } from '../../words/language.ts'

const methods = ['strata', 'intervals', 'byHand', 'order'] as const

type Interval = RealFigure['interval']

const shown = (value: number | null, interval: Interval, show: (value: number | null) => string): string => {
  if (value === null) return '–'
  if (interval === null || interval[0] === null || interval[1] === null) return show(value)
  return `${show(value)} (${show(interval[0])} – ${show(interval[1])})`
}
const perThousand = (value: number | null): string => (value === null ? '–' : number(value, 1))

export function Promised({ promise }: { readonly promise: LinePromise }) {
  const { promised } = promise
  const unsure = promise.strata.reduce((sum, stratum) => sum + stratum.unsure, 0)
  const rows: readonly (readonly [
    name: string,
    promised: string,
    real: RealFigure,
    show: (value: number | null) => string,
  ])[] = [
    [
      say('promise.overkill'),
      promised === null
        ? '–'
        : shown(promised.figures.overkillRate.mean, promised.figures.overkillRate.ci, percent),
      promise.overkillRate,
      percent,
    ],
    [
      say('promise.escape'),
      promised === null
        ? '–'
        : shown(promised.figures.escapeRate.mean, promised.figures.escapeRate.ci, percent),
      promise.escapeRate,
      percent,
    ],
    [
      say('promise.escapes'),
      promised === null
        ? '–'
        : shown(promised.per1000.escapes.mean, promised.per1000.escapes.ci, perThousand),
      promise.per1000.escapes,
      perThousand,
    ],
    [
      say('promise.rejected'),
      promised === null
        ? '–'
        : shown(promised.per1000.rejected.mean, promised.per1000.rejected.ci, perThousand),
      promise.per1000.rejected,
      perThousand,
    ],
    [say('promise.defective'), '–', promise.per1000.anomalous, perThousand],
  ]
  return (
    <section aria-label={say('promise.title')}>
      <h2>{say('promise.title')}</h2>
      {promised === null && <p class="warning-note">{say('promise.unevaluated')}</p>}
      <p class="muted">{say('promise.basis', { judged: number(promise.judged), n: promise.reviewed })}</p>
      <FigureTable
        columns={[say('promise.promised'), say('promise.real')]}
        rows={rows.map(([name, card, real, show]) => ({
          name,
          cells: [card, shown(real.estimate, real.interval, show)],
        }))}
      />
      {rows.some(([, , real]) => real.missing !== null) && (
        <>
          <p>{say('promise.missing')}</p>
          <ul>
            {missingOf(promise).map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </>
      )}
      <ul class="muted method">
        {methods.map((method) => (
          <li key={method}>{say(`method.${method}`)}</li>
        ))}
        {unsure > 0 && <li>{say('method.unsure', { count: number(unsure) })}</li>}
        {promised?.holdsFor.map((sentence) => (
          <li key={sentence}>
            <InEnglish>{sentence}</InEnglish>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Why figures cannot be said yet: the same for all of them. */
function missingOf({ strata, unseen }: LinePromise): readonly string[] {
  if (strata.length === 0) return [say('missing.nothing')]
  if (unseen.length === 0) return [say('missing.kind')]
  return unseen.map(({ verdict, judged, chosen }) =>
    say('missing.unseen', {
      ...{ judged: number(judged), verdict: say(`outcome.${verdict}`) },
      todo: chosen === 0 ? say('missing.raise') : say('missing.queue', { n: chosen }),
    }),
  )
}
