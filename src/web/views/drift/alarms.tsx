/** The commissioning reference, the alarms, and the evidence over time. */
import { useMemo } from 'preact/hooks'
import type { DriftAlarm, DriftPoint, DriftStatus } from '../../../wire/station/drift.ts'
import { InEnglish } from '../../parts/in-english.tsx'
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
  const { reference, alarms, statistics, alpha, parts } = status
  const [first] = alarms
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
          {first === undefined ? (
            say('drift.calm', { n: parts })
          ) : (
            <>
              {say('drift.alarm')} <Sentence alarm={first} />
            </>
          )}
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
          {alarms.map((alarm) => (
            <li key={alarm.statistic}>
              <time dateTime={alarm.at}>{moment(alarm.at)}</time> <Sentence alarm={alarm} />
            </li>
          ))}
        </ol>
      )}
      <p class="muted">
        {say('drift.falseAlarms', { alpha: percent(alpha) })} {say('drift.assumption')}
      </p>
    </section>
  )
}

/** In the station's own words where an earlier version kept the alarm, or a later one knows more statistics. */
function Sentence({ alarm: { statistic, group, figures, words } }: { readonly alarm: DriftAlarm }) {
  if (figures === null) return <InEnglish>{words}</InEnglish>
  const { usual, recent, decimals } = figures
  const what =
    recent === usual
      ? say('alarm.varies')
      : sayOr(`alarm.${statistic}.${recent < usual ? 'less' : 'more'}`, statisticName(statistic))
  return say('alarm.sentence', {
    ...{ what, statistic: statisticName(statistic), todo: say(`alarmTodo.${group}`) },
    ...{ recent: number(recent, decimals), usual: number(usual, decimals) },
  })
}
