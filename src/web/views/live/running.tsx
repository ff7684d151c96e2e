/** Counts and shares of the last 24 hours. What has no verdict is counted beside, never as good. */
import { unanswered, verdicts } from '../../../wire/station/outcomes.ts'
import { counts } from '../../state/live.ts'
import { address } from '../../state/route.ts'
import { number, percent, say } from '../../words/language.ts'

export function Running() {
  const now = counts.value
  const all = Object.values(now).reduce((sum, n) => sum + n, 0)
  const judged = verdicts.reduce((sum, verdict) => sum + (now[verdict] ?? 0), 0)
  return (
    <section class="panel running" aria-label={say('live.counts')}>
      <h2>{say('live.counts')}</h2>
      <dl>
        {verdicts.map((verdict) => (
          <div key={verdict} data-outcome={verdict}>
            <dt>
              <a href={address(['explore'], { outcome: verdict })}>{say(`outcome.${verdict}`)}</a>
            </dt>
            <dd>
              <b>{number(now[verdict] ?? 0)}</b>
              <small>{judged === 0 ? '–' : percent((now[verdict] ?? 0) / judged)}</small>
            </dd>
          </div>
        ))}
        <div data-outcome="failed">
          <dt>
            <a href={address(['explore'], { outcome: unanswered.join(',') })}>{say('live.noVerdict')}</a>
          </dt>
          <dd>
            <b>{number(all - judged)}</b>
          </dd>
        </div>
      </dl>
    </section>
  )
}
