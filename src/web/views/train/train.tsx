/** The way from corrections to the next model, step by step; each refuses what the command line refuses. */
import { useEffect } from 'preact/hooks'
import { Loading } from '../../parts/loading.tsx'
import { listen } from '../../state/events.ts'
import { useResource } from '../../state/resource.ts'
import { runs } from '../../state/runs.ts'
import { station } from '../../state/station.ts'
import { training } from '../../state/training.ts'
import { say } from '../../words/language.ts'
import type { ViewProps } from '../views.ts'
import { Begin } from './begin.tsx'
import { BesideShadow } from './beside-shadow.tsx'
import { Dataset } from './dataset.tsx'
import { Jobs } from './jobs.tsx'
import { Shelf } from './shelf.tsx'

const modelsEveryMs = 5000

export function Train({ path: [what] }: ViewProps) {
  return what === 'compare' ? <BesideShadow /> : <Loop />
}

function Loop() {
  const datasets = useResource('datasets', (signal) => training.datasets({ signal }))
  const jobs = useResource('jobs', (signal) => training.jobs({ signal }))
  const models = useResource('models', (signal) => station.models({ signal }))
  const evaluations = useResource('runs', (signal) => runs.list({ signal }))
  // a model that was put into its folder is looked through first, and nobody tells when it is ready
  useEffect(() => {
    const timer = setInterval(models.refresh, modelsEveryMs)
    return () => clearInterval(timer)
  }, [models])
  useEffect(
    () =>
      listen((heard) => {
        if (heard.kind === 'job' || heard.kind === 'gap') jobs.refresh()
        if (heard.kind === 'job' && heard.state === 'done') {
          datasets.refresh()
          evaluations.refresh()
        }
        const isModel = heard.kind === 'state' && (heard.what === 'model' || heard.what === 'shadow')
        if (isModel || heard.kind === 'gap' || (heard.kind === 'job' && heard.state === 'done'))
          models.refresh()
      }),
    [datasets, evaluations, jobs, models],
  )
  const shelf = models.now.value.value
  const judging = shelf?.models.find(({ id }) => id === shelf.active) ?? null
  return (
    <div class="train">
      <h1>{say('view.train')}</h1>
      <ol class="steps">
        <li>
          <h2>{say('train.dataset')}</h2>
          <Dataset onMade={datasets.refresh} />
        </li>
        <li>
          <h2>{say('train.jobs')}</h2>
          {shelf?.takesTrained === false && <p class="warning-note">{say('train.unsigned')}</p>}
          <Loading of={datasets} waiting={say('train.asking')}>
            {(known) => (
              <Begin
                datasets={known.map(({ name }) => name)}
                made={{
                  evaluate: evaluations.now.value.value?.map(({ id }) => id) ?? [],
                  train: shelf?.models.map(({ id }) => id) ?? [],
                }}
                judging={judging}
                onBegun={jobs.refresh}
              />
            )}
          </Loading>
          <Loading of={jobs} waiting={say('train.asking')}>
            {(list) => <Jobs list={list} onChange={jobs.refresh} />}
          </Loading>
        </li>
        <li>
          <h2>{say('train.models')}</h2>
          <Loading of={models} waiting={say('train.asking')}>
            {(shelf) => <Shelf shelf={shelf} onChange={models.refresh} />}
          </Loading>
        </li>
      </ol>
    </div>
  )
}
