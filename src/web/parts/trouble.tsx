/** What went wrong: in the language of the page, with the station's own words where they say more, and the way to try again. */
import { Refusal, Unreachable } from '../state/call.ts'
import { say, sayOr } from '../words/language.ts'
import { InEnglish } from './in-english.tsx'

/** Codes of which the catalogue says all there is to say. */
const saidInFull: ReadonlySet<string> = new Set([
  ...[
    'BUSY',
    'TIMEOUT',
    'NO_MODEL',
    'NO_THRESHOLD',
    'NO_PICTURE',
    'NO_PREVIOUS',
    'SAME_MODEL',
    'NOT_DECIDED',
  ],
  ...[
    'CHANGED',
    'NOT_OPEN',
    'CLAIMED',
    'DECIDED',
    'OWN_DECISION',
    'UNKNOWN',
    'NOT_QUEUED',
    'GONE',
    'NOT_FOUND',
    'STREAMS',
  ],
])

interface Said {
  readonly what: string
  /** In English: names of files, values, the way out. */
  readonly detail: string | null
}

function explain(error: Error): Said {
  if (error instanceof Unreachable) return { what: say('trouble.unreachable'), detail: null }
  if (!(error instanceof Refusal)) return { what: error.message, detail: null }
  const { status, code, message } = error
  if (status === 401) return { what: say('trouble.signedOut'), detail: null }
  if (code === 'ROLE') return { what: say('trouble.role'), detail: null }
  return {
    what: sayOr(`problem.${code}`, say('trouble.refused')),
    detail: saidInFull.has(code) ? null : message,
  }
}

/** Without a frame, for a place that has one. */
export function Explained({ error }: { readonly error: Error }) {
  const { what, detail } = explain(error)
  return (
    <>
      {what}
      {detail !== null && (
        <>
          {' '}
          <InEnglish>{detail}</InEnglish>
        </>
      )}
    </>
  )
}

export function Trouble({ error, again }: { readonly error: Error; readonly again?: () => void }) {
  return (
    <div class="trouble" role="alert">
      <p>
        <Explained error={error} />
      </p>
      {again !== undefined && (
        <button type="button" onClick={again}>
          {say('again')}
        </button>
      )}
    </div>
  )
}
