/** One line of why, and the button that does it. */
import { useSignal } from '@preact/signals'
import { useAttempt } from '../state/attempt.ts'
import { Trouble } from './trouble.tsx'

interface Props {
  readonly question: string
  /** Words of the button. */
  readonly action: string
  /** Whether there is something to give a reason for; default true. */
  readonly isReady?: boolean
  readonly isPrimary?: boolean
  /** @param why - Trimmed. When it is done, the line is empty again. */
  readonly onAnswer: (why: string) => Promise<void>
}

export function ReasonForm({ question, action, isReady = true, isPrimary = false, onAnswer }: Props) {
  const why = useSignal('')
  const { trouble, isRunning, run } = useAttempt()
  return (
    <form
      class="propose"
      onSubmit={(event) => {
        event.preventDefault()
        run(async () => {
          await onAnswer(why.value.trim())
          why.value = ''
        })
      }}
    >
      <label>
        {question}
        <input
          required
          maxLength={2000}
          value={why.value}
          onInput={(event) => {
            why.value = event.currentTarget.value
          }}
        />
      </label>
      <button type="submit" class={isPrimary ? 'primary' : undefined} disabled={!isReady || isRunning.value}>
        {action}
      </button>
      {trouble.value !== null && <Trouble error={trouble.value} />}
    </form>
  )
}
