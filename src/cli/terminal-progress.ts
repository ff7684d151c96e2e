/**
 * The task a person watches: a bar on a terminal, plain lines elsewhere, nothing with `--quiet`.
 *
 * Work that takes under two seconds leaves no trace. Everything goes to stderr.
 */

import { lastOf } from '../present.ts'
import { duration } from '../report/format.ts'
import type { Progress, Task } from '../task.ts'
import type { Effects } from './effects.ts'

const shownAfterMs = 2000
const redrawMs = 100
const plainLineMs = 10_000
const barWidth = 24

export interface TerminalTask extends Task {
  /** Wipes what is left of a bar; call it before anything else is written. */
  close(): void
}

interface Line {
  readonly label: string
  readonly unit: string
  readonly startedMs: number
  done: number
  total: number | null
  detail: string | undefined
  /** When a plain line was last written. */
  plainMs: number
}

export function createTerminalTask(
  effects: Pick<Effects, 'stderr' | 'isTerminal' | 'columns' | 'now' | 'signal'>,
  { isQuiet }: { readonly isQuiet: boolean },
): TerminalTask {
  if (isQuiet) {
    return { signal: effects.signal, progress: () => ({ update() {}, end() {} }), note() {}, close() {} }
  }
  const active: Line[] = [] // outermost first
  let drawnMs = -Infinity
  let isDrawn = false
  const nowMs = (): number => effects.now().getTime()

  const wipe = (): void => {
    if (isDrawn) effects.stderr('\r\x1b[K')
    isDrawn = false
  }
  const draw = (now: number): void => {
    const shown = active.filter((line) => now - line.startedMs >= shownAfterMs)
    if (shown.length === 0 || now - drawnMs < redrawMs) return
    const text = [...shown.slice(0, -1).map(countInWords), barInWords(lastOf(shown), now)].join(' · ')
    effects.stderr(`\r\x1b[K${text.slice(0, effects.columns - 1)}`)
    isDrawn = true
    drawnMs = now
  }
  const writePlain = (line: Line, now: number): void => {
    if (now - line.startedMs < shownAfterMs || now - line.plainMs < plainLineMs) return
    line.plainMs = now
    effects.stderr(`${[countInWords(line), ...paceInWords(line, now)].join(', ')}\n`)
  }

  const progress = (label: string, unit: string): Progress => {
    const line: Line = {
      label,
      unit,
      startedMs: nowMs(),
      done: 0,
      total: null,
      detail: undefined,
      plainMs: -Infinity,
    }
    active.push(line)
    return {
      update(done, total, detail) {
        line.done = done
        line.total = total
        line.detail = detail
        if (effects.isTerminal) draw(nowMs())
        else writePlain(line, nowMs())
      },
      end() {
        const at = active.indexOf(line)
        if (at < 0) return // ended before
        active.splice(at, 1)
        const tookMs = nowMs() - line.startedMs
        if (tookMs < shownAfterMs) return
        wipe()
        effects.stderr(`${label}: ${countOf(line)} in ${duration(tookMs / 1000)}\n`)
      },
    }
  }
  return {
    signal: effects.signal,
    progress,
    note(message) {
      wipe()
      effects.stderr(`${message}\n`)
    },
    close: wipe,
  }
}

/** `120/952 images`, or `120 images` where the total is unknown. */
function countOf({ done, total, unit }: Line): string {
  return total === null || done === total ? `${done} ${unit}` : `${done}/${total} ${unit}`
}

const countInWords = (line: Line): string => `${line.label}: ${countOf(line)}`

/** Rate and time left, where there is anything to go by, and the details. */
function paceInWords(line: Line, now: number): string[] {
  const { done, total, startedMs } = line
  const perSecond = done / ((now - startedMs) / 1000)
  const detail = line.detail === undefined ? [] : [line.detail]
  if (!(perSecond > 0)) return detail
  const rate =
    perSecond >= 1 ? `${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s` : `${(60 * perSecond).toFixed(1)}/min`
  const left = total === null || total <= done ? [] : [`${duration((total - done) / perSecond)} left`]
  return [rate, ...left, ...detail]
}

function barInWords(line: Line, now: number): string {
  const { done, total } = line
  const pace = paceInWords(line, now)
  if (total === null || total === 0) return [countInWords(line), ...pace].join('  ')
  const filled = Math.round((barWidth * Math.min(done, total)) / total)
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled)
  return [`${line.label} ${bar}`, countOf(line), ...pace].join('  ')
}
