/** Sliders for threshold, prevalence and costs, what they do, and the form of a proposal. */
import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { histogramChart } from '../../../report/charts/histogram.ts'
import type { OperatingPoint } from '../../../wire/station/proposal.ts'
import type { ScoredPart } from '../../../wire/station/scored-part.ts'
import { FigureTable } from '../../parts/figure-table.tsx'
import { Drawn } from '../../parts/markup.tsx'
import { ReasonForm } from '../../parts/reason-form.tsx'
import { Slider } from '../../parts/slider.tsx'
import { may } from '../../state/person.ts'
import { threshold as api } from '../../state/threshold.ts'
import { language, number, percent, say, score } from '../../words/language.ts'
import { consequencesHere } from './consequences-here.ts'

interface Props {
  readonly parts: readonly ScoredPart[]
  readonly now: OperatingPoint
  /** Share of defective parts, of the model's card. */
  readonly prevalence: number
  readonly model: string
  readonly onProposed: () => void
}

export function TryAnother({ parts, now, prevalence, model, onProposed }: Props) {
  const threshold = useSignal(now.threshold)
  const band = useSignal(now.band)
  const share = useSignal(prevalence)
  const costEscape = useSignal(10)
  const costOverkill = useSignal(1)

  const all = parts.map((part) => part.score)
  const low = Math.min(now.threshold, ...all)
  const high = Math.max(now.threshold, ...all)
  const costs = { prevalence: share.value, costEscape: costEscape.value, costOverkill: costOverkill.value }
  const before = consequencesHere(parts, now.threshold, now.band, costs)
  const after = consequencesHere(parts, threshold.value, band.value, costs)
  const isOther = threshold.value !== now.threshold || band.value !== now.band

  const chart = useMemo(() => {
    // people's word where there is one, else what the model says: the picture of all that passed
    const of = (isDefective: boolean): number[] =>
      parts
        .filter(
          ({ label, outcome }) =>
            (label === null || label === 'unsure' ? outcome === 'anomalous' : label === 'anomalous') ===
            isDefective,
        )
        .map((part) => part.score)
        .sort((a, b) => a - b)
    const scores = { fold: 0, threshold: threshold.value, nominal: of(false), anomalous: of(true) }
    const words = {
      title: say('threshold.chartTitle'),
      description: (from: number, to: number, at: number) =>
        say('threshold.chartSays', { from: score(from), to: score(to), at: score(at) }),
      ...{ scores: say('fact.score'), counts: say('threshold.chartParts') },
      ...{ nominal: say('label.nominal'), anomalous: say('label.anomalous') },
      show: (value: number) => score(value),
    }
    return () => histogramChart([scores], words)
  }, [parts, threshold.value, language.value])

  const propose = async (reason: string): Promise<void> => {
    await api.propose({
      ...{ model, from: now, reason },
      to: { threshold: threshold.value, band: band.value },
      evidence: {
        parts: after.parts,
        rejectedBefore: before.rejected,
        rejectedAfter: after.rejected,
        knownGood: after.known.nominal,
        knownDefective: after.known.anomalous,
        escapesAfter: after.known.missed,
        overkillAfter: after.known.rejected,
      },
    })
    onProposed()
  }

  const rows: readonly (readonly [name: string, before: string, after: string])[] = [
    [say('threshold.rejected'), number(before.rejected), number(after.rejected)],
    [say('threshold.review'), number(before.review), number(after.review)],
    [
      say('threshold.escapes', { n: before.known.anomalous }),
      known(before.known.missed, before.known.anomalous),
      known(after.known.missed, after.known.anomalous),
    ],
    [
      say('threshold.overkill', { n: before.known.nominal }),
      known(before.known.rejected, before.known.nominal),
      known(after.known.rejected, after.known.nominal),
    ],
    [say('threshold.cost'), cost(before.known.costPer1000.mean), cost(after.known.costPer1000.mean)],
  ]
  return (
    <section class="try" aria-label={say('threshold.try')}>
      {parts.length === 0 ? (
        <p class="empty">{say('threshold.noParts')}</p>
      ) : (
        <figure>
          <figcaption>
            <p>{say('threshold.chart', { n: parts.length })}</p>
          </figcaption>
          <Drawn of={chart} />
        </figure>
      )}
      <p class="warning-note">
        <strong>{say('threshold.warning')}</strong> {say('threshold.warningWhy')}
      </p>
      <div class="try-grid">
        <div class="panel sliders">
          <Slider
            name={say('fact.threshold')}
            min={low}
            max={high}
            step={(high - low) / 400 || 1}
            value={threshold.value}
            show={score}
            onInput={(value) => {
              threshold.value = value
              if (band.value !== null && band.value > value) band.value = value
            }}
          />
          {band.value !== null && (
            <Slider
              name={say('fact.band')}
              min={low}
              max={threshold.value}
              step={(threshold.value - low) / 400 || 1}
              value={band.value}
              show={score}
              onInput={(value) => {
                band.value = value
              }}
            />
          )}
          <Slider
            name={say('threshold.prevalence')}
            min={0}
            max={0.2}
            step={0.2 / 400}
            value={share.value}
            show={percent}
            onInput={(value) => {
              share.value = value
            }}
          />
          <Slider
            name={say('threshold.costEscape')}
            min={0}
            max={100}
            step={100 / 400}
            value={costEscape.value}
            show={(value) => number(value, 1)}
            onInput={(value) => {
              costEscape.value = value
            }}
          />
          <Slider
            name={say('threshold.costOverkill')}
            min={0}
            max={100}
            step={100 / 400}
            value={costOverkill.value}
            show={(value) => number(value, 1)}
            onInput={(value) => {
              costOverkill.value = value
            }}
          />
        </div>
        <FigureTable
          columns={[say('threshold.now'), say('threshold.then')]}
          rows={rows.map(([name, ...cells]) => ({ name, cells }))}
        />
      </div>
      {may('review') && (
        <ReasonForm
          question={say('threshold.reason')}
          action={say('threshold.propose', { from: score(now.threshold), to: score(threshold.value) })}
          isReady={isOther}
          isPrimary
          onAnswer={propose}
        />
      )}
    </section>
  )
}

const known = (count: number, of: number): string =>
  of === 0 ? '–' : `${number(count)} (${percent(count / of)})`
const cost = (of: number | null): string => (of === null ? '–' : number(of, 1))
