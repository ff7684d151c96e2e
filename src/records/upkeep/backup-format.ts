/**
 * A backup: `backup.json`, every row as a line of `records.jsonl.gz`, and the kept files. It is the same for both databases, so that
 * records can also move from one to the other.
 */
import { z } from 'zod'
import { hashSchema, timeSchema } from '../../wire/station/basics.ts'

/** Parents before children. `key` counts up; tables without are small. */
export const backedUpTables = [
  { name: 'people', key: 'id' },
  { name: 'models', key: 'id' },
  { name: 'sampling_rules', key: 'id' },
  { name: 'inspections', key: 'seq' },
  { name: 'kept_files', key: 'id' },
  { name: 'corrections', key: 'id' },
  { name: 'letters', key: 'id' },
  { name: 'tallies', key: null },
  { name: 'proposals', key: 'id' },
  { name: 'audit', key: 'seq' },
  { name: 'notes', key: null },
] as const

export const backupSchema = z.strictObject({
  format: z.literal('plumbline-records-backup'),
  /** Version of the database. */
  version: z.string(),
  createdAt: timeSchema,
  rows: z.record(z.string(), z.int().nonnegative()),
  /** Of `records.jsonl.gz`. */
  sha256: hashSchema,
  files: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
})

export const [backupFile, rowsFile] = ['backup.json', 'records.jsonl.gz']

/** One line: table, row. */
export const rowSchema = z.tuple([
  z.enum(backedUpTables.map(({ name }) => name)),
  z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
])
