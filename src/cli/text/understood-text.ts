/** What a dataset was taken for, for someone at a terminal: first thing said by every command that opens one. */
import { leftOutWords, severityWords, understoodWords } from '../../report/understood-words.ts'
import type { Understood } from '../../wire/understood.ts'
import { definitions, textWidth, wrap } from '../layout-text.ts'
import { plain } from './plain.ts'

/** @returns Lines without the last line break. */
export function understoodText(understood: Understood, columns: number): string {
  const width = textWidth(columns)
  const { leftOut, notes } = understood
  const parts = [
    definitions(understoodWords(understood), width),
    ...(leftOut.length > 0
      ? [
          `Left out\n${leftOut
            .map((group) => wrap(`${severityWords[group.severity]}: ${leftOutWords(group)}`, width, '  '))
            .join('\n')}`,
        ]
      : []),
    ...(notes.length > 0 ? [notes.map((note) => wrap(note, width, '  ')).join('\n')] : []),
  ]
  return plain(parts.join('\n\n'))
}
