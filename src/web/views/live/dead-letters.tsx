/** Messages to the line that were given up: what each was about, why, and sending it again. */
import { Loading } from '../../parts/loading.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useAttempt } from '../../state/attempt.ts'
import { may } from '../../state/person.ts'
import { useResource } from '../../state/resource.ts'
import { address } from '../../state/route.ts'
import { station } from '../../state/station.ts'
import { moment, say } from '../../words/language.ts'

export function DeadLetters({
  target,
  onChange,
}: {
  readonly target: string
  readonly onChange: () => void
}) {
  const letters = useResource(`letters.${target}`, (signal) => station.deadLetters(target, { signal }))
  const { trouble, isRunning, run } = useAttempt()
  return (
    <Loading of={letters} waiting={say('live.stateAsked')}>
      {(list) => (
        <>
          {trouble.value !== null && <Trouble error={trouble.value} />}
          <ul class="letters">
            {list.map(({ id, inspection, createdAt, attempts, lastError }) => (
              <li key={id}>
                <small>
                  <time dateTime={createdAt}>{moment(createdAt)}</time>{' '}
                  {inspection !== null && <a href={address(['explore', inspection])}>{say('output.part')}</a>}{' '}
                  {say('output.tries', { n: attempts })}
                </small>
                {lastError !== null && (
                  <small class="break" lang="en">
                    {lastError}
                  </small>
                )}
                {may('admin') && (
                  <button
                    type="button"
                    disabled={isRunning.value}
                    onClick={() =>
                      run(async () => {
                        await station.sendAgain(id)
                        letters.refresh()
                        onChange()
                      })
                    }
                  >
                    {say('output.again')}
                  </button>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </Loading>
  )
}
