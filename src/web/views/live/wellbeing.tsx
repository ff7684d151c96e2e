/** Whether the station is well: every check of its readiness, with what it says of itself. */
import { useEffect } from 'preact/hooks'
import { Loading } from '../../parts/loading.tsx'
import { listen } from '../../state/events.ts'
import { useResource } from '../../state/resource.ts'
import { station } from '../../state/station.ts'
import { say } from '../../words/language.ts'

export function Wellbeing() {
  const readiness = useResource('ready', (signal) => station.ready({ signal }))
  useEffect(() => {
    const timer = setInterval(readiness.refresh, 15_000)
    const unlisten = listen(({ kind }) => {
      if (kind === 'state' || kind === 'gap' || kind === 'alarm') readiness.refresh()
    })
    return () => {
      clearInterval(timer)
      unlisten()
    }
  }, [readiness])
  return (
    <section class="panel wellbeing" aria-label={say('live.state')}>
      <h2>{say('live.state')}</h2>
      <Loading of={readiness} waiting={say('live.stateAsked')}>
        {({ checks }) => (
          <ul>
            {checks.map(({ name, ok, detail }) => (
              <li key={name} data-ok={ok}>
                <b>
                  <span aria-hidden="true">{ok ? '✓' : '✗'}</span> {name}
                  <span class="hidden">{say(ok ? 'live.up' : 'live.down')}</span>
                </b>
                <small>{detail}</small>
              </li>
            ))}
          </ul>
        )}
      </Loading>
    </section>
  )
}
