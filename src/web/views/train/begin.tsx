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

const kinds = ['check', 'prepare', 'evaluate', 'train'] as const

/** Of a model that judges: what another is best made with to be compared with it. */
function likeOf(card: ModelCardShown): Likeness {
  const { width, height } = card.input
  return { detector: card.detector.id, backbone: card.backbone.id, size: `${width}x${height}` }
}

/** @param name - Of what is made; empty for that of the dataset. @param like - Null for the defaults. */
function jobOf(
  kind: (typeof kinds)[number],
  dataset: string,
  name: string,
  like: ModelCardShown | null,
): Job {
  if (kind === 'check') return { kind, dataset }
  if (kind === 'prepare') {
    const center = like?.preparation?.center ?? true
    return { kind, dataset, name: name || `${dataset}-prepared`, center }
  }
  return { kind, dataset, name: name || dataset, ...(like === null ? {} : likeOf(like)) }
}

export function Begin({
  datasets,
  made,
  judging,
  onBegun,
}: {
  readonly datasets: readonly string[]
  /** Names of what is there already, by the job that would replace it. */
  readonly made: Readonly<Record<'evaluate' | 'train', readonly string[]>>
  /** Null while none judges. */
  readonly judging: ShelvedModel | null
  readonly onBegun: () => void
}) {
  const chosen = useSignal<string | null>(null)
  const name = useSignal('')
  const isLike = useSignal(true)
  const card = judging?.card ?? null
  const { trouble, isRunning, run } = useAttempt()
  // the list grows while one looks: the newest choice that is still in it
  const dataset = datasets.find((each) => each === chosen.value) ?? datasets[0]
  const result = name.value.trim() || dataset
  if (dataset === undefined || result === undefined) return <p class="empty">{say('train.noDataset')}</p>
  return (
    <>
      <div class="propose">
        <label>
          {say('train.on')}
          <select
            value={dataset}
            onChange={(event) => {
              chosen.value = event.currentTarget.value
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
            placeholder={dataset}
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
                await training.start(jobOf(kind, dataset, name.value.trim(), isLike.value ? card : null))
                onBegun()
              })
            }
          >
            {say(`job.${kind}`)}
          </button>
        ))}
      </div>
      {(['evaluate', 'train'] as const)
        .filter((kind) => made[kind].includes(result))
        .map((kind) => (
          <p key={kind} class="muted">
            {say(`train.replaces.${kind}`, { name: result })}
          </p>
        ))}
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
