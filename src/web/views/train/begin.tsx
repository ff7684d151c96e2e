/** Starts a job on a dataset: check it, evaluate on it, train on it. */
import { useSignal } from '@preact/signals'
import type { Job } from '../../../wire/jobs.ts'
import type { ShelvedModel } from '../../../wire/serve/models.ts'
import { Trouble } from '../../parts/trouble.tsx'
import { useAttempt } from '../../state/attempt.ts'
import { may } from '../../state/person.ts'
import { training } from '../../state/training.ts'
import { say } from '../../words/language.ts'

type ModelCardShown = NonNullable<ShelvedModel['card']>
type Likeness = Pick<Extract<Job, { kind: 'train' }>, 'detector' | 'backbone' | 'size'>

const kinds = ['check', 'evaluate', 'train'] as const

/** Of a model that judges: what another is best made with to be compared with it. */
function likeOf(card: ModelCardShown): Likeness {
  const { width, height } = card.input
  return { detector: card.detector.id, backbone: card.backbone.id, size: `${width}x${height}` }
}

export function Begin({
  datasets,
  judging,
  onBegun,
}: {
  readonly datasets: readonly string[]
  /** Null while none judges. */
  readonly judging: ShelvedModel | null
  readonly onBegun: () => void
}) {
  const dataset = useSignal(datasets[0] ?? '')
  const name = useSignal('')
  const isLike = useSignal(true)
  const card = judging?.card ?? null
  const { trouble, isRunning, run } = useAttempt()
  if (datasets.length === 0) return <p class="empty">{say('train.noDataset')}</p>
  return (
    <>
      <div class="propose">
        <label>
          {say('train.on')}
          <select
            value={dataset.value}
            onChange={(event) => {
              dataset.value = event.currentTarget.value
            }}
          >
            {datasets.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <label>
          {say('train.result')}
          <input
            value={name.value}
            maxLength={80}
            placeholder={dataset.value}
            onInput={(event) => {
              name.value = event.currentTarget.value
            }}
          />
        </label>
        {kinds.map((kind) => (
          <button
            key={kind}
            type="button"
            disabled={isRunning.value || !may('admin')}
            onClick={() =>
              run(async () => {
                const made = { dataset: dataset.value, name: name.value.trim() || dataset.value }
                const like = isLike.value && card !== null ? likeOf(card) : {}
                await training.start(
                  kind === 'check' ? { kind, dataset: made.dataset } : { kind, ...made, ...like },
                )
                onBegun()
              })
            }
          >
            {say(`job.${kind}`)}
          </button>
        ))}
      </div>
      {judging !== null && card !== null && (
        <label class="choice">
          <input
            type="checkbox"
            checked={isLike.value}
            onChange={(event) => {
              isLike.value = event.currentTarget.checked
            }}
          />{' '}
          {say('train.like', { model: judging.id })}
        </label>
      )}
      {!may('admin') && <p class="muted">{say('trouble.role')}</p>}
      {trouble.value !== null && <Trouble error={trouble.value} />}
    </>
  )
}
