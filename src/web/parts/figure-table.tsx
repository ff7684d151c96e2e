/** Figures by name, in columns of numbers; a row may be marked. */
import type { ComponentChildren } from 'preact'
import { say } from '../words/language.ts'

export interface FigureRow {
  readonly name: string
  readonly cells: readonly ComponentChildren[]
  readonly isMarked?: boolean
}

interface Props {
  /** Of the names; default "Figure". */
  readonly first?: string
  /** Of the columns after the name. */
  readonly columns: readonly string[]
  readonly rows: readonly FigureRow[]
  /** Text instead of a number in the last column. */
  readonly endsInWords?: boolean
}

export function FigureTable({ first, columns, rows, endsInWords = false }: Props) {
  const kind = (i: number): string | undefined => (endsInWords && i === columns.length - 1 ? undefined : 'n')
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{first ?? say('threshold.figure')}</th>
            {columns.map((name, i) => (
              <th key={name} scope="col" class={kind(i)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, cells, isMarked = false }) => (
            <tr key={name} class={isMarked ? 'current' : undefined}>
              <th scope="row">{name}</th>
              {cells.map((cell, i) => (
                <td key={columns[i]} class={kind(i)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
