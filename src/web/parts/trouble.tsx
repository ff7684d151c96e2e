/** What went wrong, in the words of the station, and the way to try again. */
import { Refusal, Unreachable } from '../state/call.ts'
import { say } from '../words/language.ts'

export function troubleOf(error: Error): string {
  if (error instanceof Unreachable) return say('trouble.unreachable')
  if (error instanceof Refusal) {
    if (error.status === 401) return say('trouble.signedOut')
    if (error.status === 403) return say('trouble.role')
  }
  return error.message
}

export function Trouble({ error, again }: { readonly error: Error; readonly again?: () => void }) {
  return (
    <div class="trouble" role="alert">
      <p>{troubleOf(error)}</p>
      {again !== undefined && (
        <button type="button" onClick={again}>
          {say('again')}
        </button>
      )}
    </div>
  )
}
