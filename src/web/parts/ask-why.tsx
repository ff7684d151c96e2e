/** Asks for a reason before something is done. */
import { useSignal } from '@preact/signals'
import { say } from '../words/language.ts'
import { Dialog } from './dialog.tsx'

interface Props {
  readonly question: string
  /** Words of the button that goes on. */
  readonly action: string
  /** @param why - Trimmed, never empty. */
  readonly onAnswer: (why: string) => void
  readonly onLeave: () => void
}

export function AskWhy({ question, action, onAnswer, onLeave }: Props) {
  const why = useSignal('')
  return (
    <Dialog title={question} onLeave={onLeave}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onAnswer(why.value.trim())
        }}
      >
        <textarea
          aria-label={question}
          required
          rows={3}
          maxLength={2000}
          value={why.value}
          onInput={(event) => {
            why.value = event.currentTarget.value
          }}
        />
        <div class="buttons">
          <button type="submit" class="primary" disabled={why.value.trim() === ''}>
            {action}
          </button>
          <button type="button" onClick={onLeave}>
            {say('cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
