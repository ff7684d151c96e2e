/** A verdict as sign, word and colour, so that none of them carries it alone. */
import type { StationOutcome } from '../../wire/station/verdict.ts'
import { say } from '../words/language.ts'

/** Shapes that differ in outline: a tick, a cross, an eye; whatever is no verdict is a bar. */
const shapes: Readonly<Record<string, string>> = {
  nominal: 'M4 12.5l5 5L20 6.5',
  anomalous: 'M5.5 5.5l13 13M18.5 5.5l-13 13',
  review:
    'M2 12s3.8-6.5 10-6.5S22 12 22 12s-3.8 6.5-10 6.5S2 12 2 12zm10-2.6a2.6 2.6 0 100 5.2 2.6 2.6 0 000-5.2z',
}
const noVerdict = 'M5 12h14'

export function VerdictMark({
  outcome,
  large = false,
}: {
  readonly outcome: StationOutcome
  readonly large?: boolean
}) {
  return (
    <span class={large ? 'mark large' : 'mark'} data-outcome={outcome}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={shapes[outcome] ?? noVerdict} />
      </svg>
      {say(`outcome.${outcome}`)}
    </span>
  )
}
