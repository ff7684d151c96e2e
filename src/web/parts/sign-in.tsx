/** Asks for a token once; the station then keeps a session for the page. What was being decided stays where it was. */
import { useAttempt } from '../state/attempt.ts'
import { call } from '../state/call.ts'
import { askWho } from '../state/person.ts'
import { say } from '../words/language.ts'
import { Explained } from './trouble.tsx'

export function SignIn() {
  const { trouble, run } = useAttempt()
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }): void => {
    event.preventDefault()
    const token = String(new FormData(event.currentTarget).get('token'))
    run(async () => {
      await call('v1/session', { method: 'POST', json: { token } })
      askWho()
    })
  }
  return (
    <main class="sign-in">
      <h1>{say('signIn.title')}</h1>
      <p class="lead">{say('signIn.lead')}</p>
      <form class="panel" onSubmit={submit}>
        <label>
          {say('signIn.token')}
          <input name="token" type="password" autocomplete="current-password" required />
        </label>
        {trouble.value !== null && (
          <p class="trouble" role="alert">
            <Explained error={trouble.value} />
          </p>
        )}
        <button type="submit" class="primary">
          {say('signIn.submit')}
        </button>
      </form>
    </main>
  )
}
