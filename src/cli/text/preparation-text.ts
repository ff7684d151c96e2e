import { join } from 'node:path'
import { plural } from '../../report/format.ts'
import { type Mark, marks, type Preparation } from '../../wire/preparation.ts'
import { table, textWidth, wrap } from '../layout-text.ts'
import { plain } from './plain.ts'

/** Failures named one by one, at most. */
const mostNamed = 10

/** What was made, what is wrong with it, and where to look. */
export function preparationText(preparation: Preparation, out: string, columns: number): string {
  const { summary, canvas, restriction, failures, images } = preparation
  const width = textWidth(columns)
  const lines = [
    `${out}: ${plural(summary.prepared, 'image')} of ${summary.images} prepared${canvas ? ` on a canvas of ${canvas.width}x${canvas.height}` : ''}`,
  ]
  if (canvas?.isAutomatic) {
    lines.push(
      wrap(`The canvas is decided by ${canvas.widest[0]} (width) and ${canvas.tallest[0]} (height).`, width),
    )
  }
  if (restriction) lines.push(wrap(restriction.words, width))
  const counts = Object.entries(summary.marks) as [Mark, number][]
  if (counts.length > 0) {
    const rows = counts
      .sort(([a], [b]) => rank(a) - rank(b))
      .map(([mark, n]) => [String(n), marks[mark].severity, marks[mark].words])
    lines.push(`\n${plural(summary.marked, 'image')} to look at:\n${table(rows)}`)
  }
  for (const { path, reason } of failures.slice(0, mostNamed))
    lines.push(`not in the output: ${path}: ${reason}`)
  if (failures.length > mostNamed) lines.push(`not in the output: and ${failures.length - mostNamed} more`)
  if (images.length > 0) lines.push(`\n${join(out, 'review.html')}`)
  return `${plain(lines.join('\n'))}\n`
}

const order = Object.keys(marks)
const rank = (mark: Mark): number => order.indexOf(mark)
