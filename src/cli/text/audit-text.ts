/** What `audit verify` says. */
import type { AuditCheck } from '../../wire/station/audit.ts'

export function auditText({ entries, head, broken }: AuditCheck): string {
  if (broken)
    return `The audit log holds up to entry ${entries} and breaks at ${broken.seq}: ${broken.reason}.\n`
  if (head === null) return 'The audit log is empty.\n'
  return `The audit log holds: ${entries} ${entries === 1 ? 'entry' : 'entries'}, head ${head}\n`
}
