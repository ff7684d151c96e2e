/** Column types that the two databases call differently. */
import type { ColumnDataType, ColumnDefinitionBuilder, Kysely } from 'kysely'

export type DatabaseKind = 'sqlite' | 'postgres'

/** A schema of its time: migrations know columns by name, not by today's types. */
// biome-ignore lint/suspicious/noExplicitAny: Kysely's own type for databases of no fixed shape
export type AnyDatabase = Kysely<any>

/** Numbers that count up, never reused. */
export const keyType = (kind: DatabaseKind): ColumnDataType => (kind === 'sqlite' ? 'integer' : 'bigserial')

export const asKey =
  (kind: DatabaseKind) =>
  (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder =>
    kind === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey()
