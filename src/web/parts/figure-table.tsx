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
}

export function FigureTable({ first, columns, rows }: Props) {
  return (
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{first ?? say('threshold.figure')}</th>
            {columns.map((name) => (
              <th key={name} scope="col" class="n">
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
                <td key={columns[i]} class="n">
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
