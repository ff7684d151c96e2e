/** Makes a dataset of what people decided: a manifest that names the kept pictures where they lie. */
import { useSignal } from '@preact/signals'
import { Trouble } from '../../parts/trouble.tsx'
import { useAttempt } from '../../state/attempt.ts'
import { may } from '../../state/person.ts'
import { type MadeDataset, training } from '../../state/training.ts'
import { number, say } from '../../words/language.ts'

export function Dataset({ onMade }: { readonly onMade: () => void }) {
  const name = useSignal(`decided-${new Date().toISOString().slice(0, 10)}`)
  const made = useSignal<MadeDataset | null>(null)
  const { trouble, isRunning, run } = useAttempt()
  return (
    <>
      <p class="muted">{say('train.datasetWhat')}</p>
      <form
        class="propose"
        onSubmit={(event) => {
          event.preventDefault()
          run(async () => {
            made.value = await training.makeDataset(name.value, { correction: 'any' })
            onMade()
          })
        }}
      >
        <label>
          {say('train.name')}
          <input
            required
            pattern="[a-z0-9][a-z0-9\-]{0,60}"
            title={say('train.nameRule')}
            value={name.value}
            onInput={(event) => {
              name.value = event.currentTarget.value
            }}
          />
        </label>
        <button type="submit" class="primary" disabled={isRunning.value || !may('admin')}>
          {say('train.make')}
        </button>
      </form>
      {trouble.value !== null && <Trouble error={trouble.value} />}
      {made.value !== null && (
        <p role="status" class="calm">
          {say('train.made', {
            name: made.value.name,
            nominal: number(made.value.nominal),
            anomalous: number(made.value.anomalous),
            gone: number(made.value.withoutPicture),
            unsure: number(made.value.unsure),
          })}
        </p>
      )}
      <p class="warning-note">{say('train.biased')}</p>
    </>
  )
}
