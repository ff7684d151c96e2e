/** The commissioning reference, the alarms, and the evidence over time. */
import { useMemo } from 'preact/hooks'
import type { DriftPoint, DriftStatus } from '../../../wire/station/drift.ts'
import { Drawn } from '../../parts/markup.tsx'
import { moment, number, percent, say, sayOr, score } from '../../words/language.ts'
import { evidenceChart } from './evidence-chart.ts'

const statisticName = (name: string): string => sayOr(`statistic.${name}`, name)

export function Alarms({
  status,
  points,
}: {
  readonly status: DriftStatus
  readonly points: readonly DriftPoint[]
}) {
  const { reference, alarms, statistics, alpha, parts, assumption } = status
  const level = statistics[0]?.alarmLevel ?? Math.log10(1 / alpha)
  const chart = useMemo(
    () => () =>
      evidenceChart(points, level, {
        title: say('drift.chart'),
        x: say('drift.part'),
        y: say('drift.evidence'),
        name: statisticName,
      }),
    [points, level],
  )
  const isCommissioning = reference.parts < reference.needed
  return (
    <section aria-label={say('drift.title')}>
      {isCommissioning ? (
        <div class="panel commissioning">
          <h2>{say('drift.commissioning')}</h2>
          <p>{say('drift.commissioningWhat', { n: reference.parts, needed: number(reference.needed) })}</p>
          <progress value={reference.parts} max={reference.needed} aria-label={say('drift.commissioning')} />
        </div>
      ) : (
        <p class={alarms.length > 0 ? 'alarm-now' : 'calm'} role={alarms.length > 0 ? 'alert' : 'status'}>
          {alarms.length > 0
            ? say('drift.alarm', { words: alarms[0]?.words ?? '' })
            : say('drift.calm', { n: parts })}
        </p>
      )}
      {points.length > 0 && (
        <figure>
          <Drawn of={chart} />
        </figure>
      )}
      {statistics.length > 0 && (
        <div class="table-frame">
          <table>
            <caption>{say('drift.statistics')}</caption>
            <thead>
              <tr>
                <th scope="col">{say('drift.statistic')}</th>
                <th scope="col">{say('drift.group')}</th>
                <th scope="col" class="n">
                  {say('drift.reference')}
                </th>
                <th scope="col" class="n">
                  {say('drift.recent')}
                </th>
                <th scope="col" class="n">
                  {say('drift.evidence')}
                </th>
              </tr>
            </thead>
            <tbody>
              {statistics.map((each) => (
                <tr key={each.name} class={each.highest >= each.alarmLevel ? 'current' : undefined}>
                  <th scope="row">{statisticName(each.name)}</th>
                  <td>{say(`group.${each.group}`)}</td>
                  <td class="n">{score(each.referenceMedian)}</td>
                  <td class="n">{score(each.recentMedian)}</td>
                  <td class="n">{number(each.evidence, 2)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {alarms.length > 0 && (
        <ol class="alarms">
          {alarms.map(({ at, statistic, words }) => (
            <li key={statistic}>
              <time dateTime={at}>{moment(at)}</time> {words}
            </li>
          ))}
        </ol>
      )}
      <p class="muted">
        {say('drift.falseAlarms', { alpha: percent(alpha) })} {assumption}
      </p>
    </section>
  )
}
