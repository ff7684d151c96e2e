/** A task across the border of a thread: what a job says goes out to whoever watches, and the signal to stop comes in. */
import type { Progress, Task } from '../task.ts'

/** What a job says while it is done. */
export type Talk =
  | { readonly kind: 'note'; readonly message: string }
  | { readonly kind: 'begin'; readonly line: number; readonly label: string; readonly unit: string }
  | {
      readonly kind: 'update'
      readonly line: number
      readonly done: number
      readonly total: number | null
      readonly detail: string | undefined
    }
  | { readonly kind: 'end'; readonly line: number }

/** In the thread. */
export function speakingTask(signal: AbortSignal, say: (talk: Talk) => void): Task {
  let lines = 0
  return {
    signal,
    note: (message) => say({ kind: 'note', message }),
    progress(label, unit) {
      const line = lines++
      say({ kind: 'begin', line, label, unit })
      return {
        update: (done, total, detail) => say({ kind: 'update', line, done, total, detail }),
        end: () => say({ kind: 'end', line }),
      }
    },
  }
}

/** On the other side: says it to the task. */
export function hearTalk(task: Task): (talk: Talk) => void {
  const lines = new Map<number, Progress>()
  return (talk) => {
    if (talk.kind === 'note') task.note(talk.message)
    else if (talk.kind === 'begin') lines.set(talk.line, task.progress(talk.label, talk.unit))
    else if (talk.kind === 'update') lines.get(talk.line)?.update(talk.done, talk.total, talk.detail)
    else lines.get(talk.line)?.end()
  }
}
