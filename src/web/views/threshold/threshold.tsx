/**
 * What another threshold would mean on this line, and changing it: proposed with a reason, decided by somebody, and taken back as
 * easily. What is shown are parts that were judged, so the page says that choosing on them flatters.
 */
import { Empty } from '../../parts/empty.tsx'
import { Loading } from '../../parts/loading.tsx'
import { useResource } from '../../state/resource.ts'
import { station } from '../../state/station.ts'
import { threshold } from '../../state/threshold.ts'
import { say } from '../../words/language.ts'
import { Proposals } from './proposals.tsx'
import { TryAnother } from './try-another.tsx'

export function Threshold() {
  const models = useResource('models', (signal) => station.models({ signal }))
  return (
    <div class="threshold">
      <h1>{say('view.threshold')}</h1>
      <Loading of={models} waiting={say('threshold.asking')}>
        {({ models: shelf, active }) => {
          const model = shelf.find(({ id }) => id === active)
          if (model?.fingerprint == null || model.card?.threshold == null) {
            return <Empty title={say('threshold.noModel')} />
          }
          return <OfModel fingerprint={model.fingerprint} card={model.card} />
        }}
      </Loading>
    </div>
  )
}

interface OfModelProps {
  readonly fingerprint: string
  readonly card: NonNullable<Awaited<ReturnType<typeof station.models>>['models'][number]['card']>
}

function OfModel({ fingerprint, card }: OfModelProps) {
  const scores = useResource(`scores.${fingerprint}`, (signal) =>
    threshold.scores({ model: fingerprint }, { signal }),
  )
  const proposals = useResource(`proposals.${fingerprint}`, (signal) => threshold.proposals({ signal }))
  const accepted = (proposals.now.value.value ?? []).find(
    ({ state, model }) => state === 'accepted' && model === fingerprint,
  )
  const stored =
    card.threshold === null ? null : { threshold: card.threshold.value, band: card.threshold.review }
  const now = accepted?.to ?? stored
  if (now === null) return null
  return (
    <>
      <Loading of={scores} waiting={say('threshold.asking')}>
        {(parts) => (
          <TryAnother
            key={`${now.threshold}`}
            parts={parts}
            now={now}
            prevalence={card.evaluated?.per1000.prevalence ?? 0.02}
            model={fingerprint}
            onProposed={proposals.refresh}
          />
        )}
      </Loading>
      <Loading of={proposals} waiting={say('threshold.asking')}>
        {(list) => (
          <Proposals list={list.filter(({ model }) => model === fingerprint)} onDecided={proposals.refresh} />
        )}
      </Loading>
    </>
  )
}
