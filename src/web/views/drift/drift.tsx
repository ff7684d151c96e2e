/** Whether the line is still what the model was commissioned on, and whether the model keeps what its evaluation promised. */
import { useEffect } from 'preact/hooks'
import { Empty } from '../../parts/empty.tsx'
import { Loading } from '../../parts/loading.tsx'
import { drift } from '../../state/drift.ts'
import { listen } from '../../state/events.ts'
import { may } from '../../state/person.ts'
import { useResource } from '../../state/resource.ts'
import { say } from '../../words/language.ts'
import { Alarms } from './alarms.tsx'
import { CommissionAgain } from './commission-again.tsx'
import { Promised } from './promised.tsx'

export function Drift() {
  const status = useResource('drift', (signal) => drift.status({ signal }))
  const points = useResource('drift.points', (signal) => drift.points({ signal }))
  const promise = useResource('promise', (signal) => drift.promise({ signal }))
  useEffect(
    () =>
      listen(({ kind }) => {
        if (kind === 'alarm' || kind === 'gap') {
          status.refresh()
          points.refresh()
        }
        if (kind === 'correction' || kind === 'gap') promise.refresh()
      }),
    [status, points, promise],
  )
  return (
    <div class="drift">
      <h1>{say('view.drift')}</h1>
      <Loading of={status} waiting={say('drift.asking')}>
        {(value) =>
          value === null ? (
            <Empty title={say('drift.none')}>
              <p>{say('drift.noneWhat')}</p>
            </Empty>
          ) : (
            <>
              <Alarms status={value} points={points.now.value.value ?? []} />
              {may('admin') && (
                <CommissionAgain
                  needed={value.reference.needed}
                  onDone={() => {
                    status.refresh()
                    points.refresh()
                  }}
                />
              )}
            </>
          )
        }
      </Loading>
      <Loading of={promise} waiting={say('promise.asking')}>
        {(value) => (value === null ? null : <Promised promise={value} />)}
      </Loading>
    </div>
  )
}
