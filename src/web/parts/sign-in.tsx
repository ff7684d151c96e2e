/** Asks for a token once; the station then keeps a session for the page. What was being decided stays where it was. */
import { useSignal } from '@preact/signals'
import { call } from '../state/call.ts'
import { askWho } from '../state/person.ts'
import { say } from '../words/language.ts'
import { troubleOf } from './trouble.tsx'

export function SignIn() {
  const trouble = useSignal<Error | null>(null)
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    trouble.value = null
    try {
      await call('v1/session', { method: 'POST', json: { token: String(form.get('token')) } })
      askWho()
    } catch (error) {
      trouble.value = error instanceof Error ? error : new Error(String(error))
    }
  }
  return (
    <main class="sign-in">
      <h1>{say('signIn.title')}</h1>
      <p class="lead">{say('signIn.lead')}</p>
      <form class="panel" onSubmit={(event) => void submit(event)}>
        <label>
          {say('signIn.token')}
          <input name="token" type="password" autocomplete="current-password" required />
        </label>
        {trouble.value !== null && (
          <p class="trouble" role="alert">
            {troubleOf(trouble.value)}
          </p>
        )}
        <button type="submit" class="primary">
          {say('signIn.submit')}
        </button>
      </form>
    </main>
  )
}
