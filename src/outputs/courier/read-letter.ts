/** A letter of the outbox as the result it holds; a database of another version is not believed. */

import type { Letter } from '../../wire/station/letter.ts'
import { type ResultMessage, resultMessageSchema } from '../../wire/station/result-message.ts'

/** Kind of the letters that hold a result. */
export const resultKind = 'inspection'

export function readLetter({
  kind,
  payload,
}: Letter): { readonly message: ResultMessage } | { readonly problem: string } {
  if (kind !== resultKind) return { problem: `holds ${JSON.stringify(kind)}, which outputs know nothing of` }
  const parsed = resultMessageSchema.safeParse(payload)
  if (parsed.success) return { message: parsed.data }
  const first = parsed.error.issues[0]
  return {
    problem: `is no result as this version writes them: ${first?.path.join('.')}: ${first?.message ?? 'invalid'}`,
  }
}
