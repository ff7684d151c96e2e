/** Every change by a person goes into the audit log: who, what, to what. Names of people stand apart from it. */
import type { NewAuditEntry } from '../wire/station/audit.ts'
import type { Context } from './context.ts'
import type { Person } from './security/tokens.ts'

/** @throws {StorageError} It cannot be written: what was changed stands, and the caller hears of it. */
export async function audited(
  { records }: Pick<Context, 'records'>,
  { name: by }: Person,
  action: string,
  subject: string | null,
  detail: NewAuditEntry['detail'],
): Promise<void> {
  await records.audit.append({ by, action, subject, detail })
}
