/** Who looks at the page, and what they may do. */
import { signal } from '@preact/signals'
import { type Role, roles } from '../../wire/serve/roles.ts'
import type { Session } from '../../wire/serve/session.ts'
import { access, call } from './call.ts'
import { connect } from './events.ts'

export const person = signal<Session | null>(null)

/** Whether the person's role is at least this one. */
export const may = (role: Role): boolean =>
  person.value !== null && roles.indexOf(person.value.role) >= roles.indexOf(role)

export function signOut(): void {
  call<undefined>('v1/session', { method: 'DELETE' })
    .then(() => {
      person.value = null
      access.value = 'out'
    })
    // an unreachable station says so above every view
    .catch(() => undefined)
}

export function askWho(): void {
  call<Session>('v1/session')
    .then((who) => {
      person.value = who
      access.value = 'in'
      connect()
    })
    // whoever is refused is asked to sign in, and an unreachable station says so above every view
    .catch(() => undefined)
}
