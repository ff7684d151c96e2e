/** Small shapes that the documents of the station share. */
import { z } from 'zod'

/** A point in time: ISO 8601 in UTC with milliseconds, as `toISOString` writes it. */
export const timeSchema = z.iso.datetime({ precision: 3 })
/** SHA-256, 64 hexadecimal digits. */
export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/)
/** Of an inspection: 32 hexadecimal digits that sort by time (UUID version 7 without hyphens). */
export const inspectionIdSchema = z.string().regex(/^[0-9a-f]{32}$/)
/** A name that a client gives: of a part, a lot, a camera, a person. No control characters. */
export const nameSchema = z
  .string()
  .min(1)
  .max(200)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is kept out
  .regex(/^[^\u0000-\u001f\u007f]*$/)
/** Raw score, finite, higher = more anomalous. */
export const scoreSchema = z.number()
