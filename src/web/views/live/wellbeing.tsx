/** Whether the station is well: its own checks, outputs to the line, the watched folder, and when each camera was last heard of. */
import { useEffect } from 'preact/hooks'
import type { OutputFigures } from '../../../wire/serve/outputs.ts'
import type { StationInspection } from '../../../wire/station/inspection.ts'
import { InEnglish } from '../../parts/in-english.tsx'
import { Loading } from '../../parts/loading.tsx'
import { listen } from '../../state/events.ts'
import { latest } from '../../state/live.ts'
import { may } from '../../state/person.ts'
import { useResource } from '../../state/resource.ts'
import { station } from '../../state/station.ts'
import { moment, number, say, sayOr } from '../../words/language.ts'
import { DeadLetters } from './dead-letters.tsx'

const askedEveryMs = 15_000

export function Wellbeing() {
  const readiness = useResource('ready', (signal) => station.ready({ signal }))
  const outputs = useResource('outputs', (signal) => station.outputs({ signal }))
  const watch = useResource('watch', (signal) => station.watch({ signal }))
  useEffect(() => {
    const ask = (): void => {
      for (const each of may('review') ? [readiness, outputs, watch] : [readiness]) each.refresh()
    }
    const timer = setInterval(ask, askedEveryMs)
    const unlisten = listen(({ kind }) => {
      if (kind === 'state' || kind === 'gap' || kind === 'alarm' || kind === 'dead-letter') ask()
    })
    return () => {
      clearInterval(timer)
      unlisten()
    }
  }, [readiness, outputs, watch])
  const folder = watch.now.value.value
  return (
    <section class="panel wellbeing" aria-label={say('live.state')}>
      <h2>{say('live.state')}</h2>
      <Loading of={readiness} waiting={say('live.stateAsked')}>
        {({ checks }) => (
          <ul>
            {checks.map(({ name, ok, detail, about }) => (
              <State
                key={name}
                name={sayOr(`check.${name}`, name)}
                ok={ok}
                detail={sayOr(`check.${name}.${ok ? 'yes' : 'no'}`, detail, { about: about ?? '' })}
                inEnglish={name === 'records' ? about : null}
              />
            ))}
            {outputs.now.value.value?.outputs.map((output) => (
              <Output key={output.name} output={output} onChange={outputs.refresh} />
            ))}
            {folder && (
              <State
                name={say('live.watch')}
                ok={folder.trouble === null}
                detail={`${folder.folder}: ${say('live.watching', { n: folder.waiting })}`}
                inEnglish={folder.trouble}
              />
            )}
            {camerasOf(latest.value).map(([camera, { outcome, time }]) => (
              <State
                key={camera}
                name={say('live.camera', { camera })}
                ok={outcome !== 'failed'}
                detail={say('live.lastPicture', { at: moment(time) })}
              />
            ))}
          </ul>
        )}
      </Loading>
    </section>
  )
}

interface StateProps {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
  /** What the program or the other side said. */
  readonly inEnglish?: string | null
}

function State({ name, ok, detail, inEnglish = null }: StateProps) {
  return (
    <li data-ok={ok}>
      <b>
        <span aria-hidden="true">{ok ? '✓' : '✗'}</span> {name}
        <span class="hidden">{say(ok ? 'live.up' : 'live.down')}</span>
      </b>
      <small class="break">
        {detail}
        {inEnglish !== null && (
          <>
            {': '}
            <InEnglish>{inEnglish}</InEnglish>
          </>
        )}
      </small>
    </li>
  )
}

function Output({ output, onChange }: { readonly output: OutputFigures; readonly onChange: () => void }) {
  const { name, state, waiting, deadLetters, lastError } = output
  const parts = [say(`output.${state}`), ...(waiting ? [say('output.waiting', { n: waiting })] : [])]
  return (
    <>
      <State
        name={say('live.output', { output: name })}
        ok={state === 'up' && !deadLetters}
        detail={parts.join(' · ')}
        inEnglish={state === 'up' ? null : lastError}
      />
      {deadLetters ? (
        <li>
          <details>
            <summary>{say('output.dead', { n: deadLetters, shown: number(deadLetters) })}</summary>
            <DeadLetters target={name} onChange={onChange} />
          </details>
        </li>
      ) : null}
    </>
  )
}

/** The latest picture of each. @param list - Newest first. */
function camerasOf(list: readonly StationInspection[]): (readonly [string, StationInspection])[] {
  const found = new Map<string, StationInspection>()
  for (const each of list) if (each.camera !== null && !found.has(each.camera)) found.set(each.camera, each)
  return [...found]
}
