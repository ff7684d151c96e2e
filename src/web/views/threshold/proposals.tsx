/** What was proposed, by whom and why, what became of it, and the way back. */
import { useSignal } from '@preact/signals'
import type { Proposal } from '../../../wire/station/proposal.ts'
import { AskWhy } from '../../parts/ask-why.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useAttempt } from '../../state/attempt.ts'
import { may } from '../../state/person.ts'
import { threshold } from '../../state/threshold.ts'
import { moment, say, score } from '../../words/language.ts'

type Decision = 'accepted' | 'rejected' | 'rolled-back'
const open: Readonly<Record<Proposal['state'], readonly Decision[]>> = {
  proposed: ['accepted', 'rejected'],
  accepted: ['rolled-back'],
  rejected: [],
  'rolled-back': [],
}

export function Proposals({
  list,
  onDecided,
}: {
  readonly list: readonly Proposal[]
  readonly onDecided: () => void
}) {
  const { trouble, run } = useAttempt()
  const asked = useSignal<{ readonly id: number; readonly decision: Decision } | null>(null)
  const decide = (id: number, decision: Decision, why: string): void =>
    run(async () => {
      asked.value = null
      await threshold.decide(id, decision, why)
      onDecided()
    })
  const now = asked.value
  return (
    <section aria-label={say('threshold.proposals')}>
      <h2>{say('threshold.proposals')}</h2>
      {trouble.value !== null && <Trouble error={trouble.value} />}
      {list.length === 0 && <p class="muted">{say('threshold.noProposals')}</p>}
      <ul class="proposals">
        {list.map(({ id, at, by, from, to, reason, state, decided }) => (
          <li key={id} class="panel" data-state={state}>
            <p>
              <b>
                {score(from.threshold)} → {score(to.threshold)}
              </b>{' '}
              <span class="state">{say(`proposal.${state}`)}</span>
            </p>
            <p>{reason}</p>
            <small>
              {by}, <time dateTime={at}>{moment(at)}</time>
              {decided !== null && ` · ${decided.by}, ${moment(decided.at)}: ${decided.why}`}
            </small>
            {may('admin') && (
              <div class="buttons">
                {open[state].map((decision) => (
                  <button
                    key={decision}
                    type="button"
                    onClick={() => {
                      asked.value = { id, decision }
                    }}
                  >
                    {say(`decision.${decision}`)}
                  </button>
                ))}
              </div>
            )}
          </li>
        ))}
      </ul>
      {now !== null && (
        <AskWhy
          question={say(`decision.${now.decision}.why`)}
          action={say(`decision.${now.decision}`)}
          onAnswer={(why) => decide(now.id, now.decision, why)}
          onLeave={() => {
            asked.value = null
          }}
        />
      )}
    </section>
  )
}
