/** Puts a decided part back into the queue for somebody else, with what they should look at. */
import { useSignal } from '@preact/signals'
import { Trouble } from '../../parts/trouble.tsx'
import { useAttempt } from '../../state/attempt.ts'
import { review } from '../../state/review.ts'
import { say } from '../../words/language.ts'

export function SecondOpinion({ id, onAsked }: { readonly id: string; readonly onAsked: () => void }) {
  const why = useSignal('')
  const { trouble, isRunning, run } = useAttempt()
  return (
    <form
      class="propose"
      onSubmit={(event) => {
        event.preventDefault()
        run(async () => {
          await review.askSecondOpinion(id, why.value.trim())
          onAsked()
        })
      }}
    >
      <label>
        {say('review.secondWhy')}
        <input
          required
          maxLength={2000}
          value={why.value}
          onInput={(event) => {
            why.value = event.currentTarget.value
          }}
        />
      </label>
      <button type="submit" disabled={isRunning.value}>
        {say('review.second')}
      </button>
      {trouble.value !== null && <Trouble error={trouble.value} />}
    </form>
  )
}
