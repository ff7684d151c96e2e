/** Starts a job on a dataset: check it, evaluate on it, train on it. */
import { useSignal } from '@preact/signals'
import { Trouble } from '../../parts/trouble.tsx'
import { useAttempt } from '../../state/attempt.ts'
import { may } from '../../state/person.ts'
import { training } from '../../state/training.ts'
import { say } from '../../words/language.ts'

const kinds = ['check', 'evaluate', 'train'] as const

export function Begin({
  datasets,
  onBegun,
}: {
  readonly datasets: readonly string[]
  readonly onBegun: () => void
}) {
  const dataset = useSignal(datasets[0] ?? '')
  const name = useSignal('')
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
                await training.start(kind === 'check' ? { kind, dataset: made.dataset } : { kind, ...made })
                onBegun()
              })
            }
          >
            {say(`job.${kind}`)}
          </button>
        ))}
      </div>
      {!may('admin') && <p class="muted">{say('trouble.role')}</p>}
      {trouble.value !== null && <Trouble error={trouble.value} />}
    </>
  )
}
