/** Ids of inspections: UUID version 7 (RFC 9562, section 5.7) without hyphens, which sort by time. */
import { randomFillSync } from 'node:crypto'

/** @param now - When the part was judged. @returns 32 hexadecimal digits; two of the same millisecond in any order. */
export function newInspectionId(now: Date): string {
  const bytes = randomFillSync(Buffer.alloc(16))
  bytes.writeUIntBE(now.getTime(), 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex')
}
