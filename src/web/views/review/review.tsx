/**
 * The review queue: one part after the other, decided by keyboard. Each is claimed, so that two people never decide about the same;
 * the rule by which parts were chosen stands above, since it decides what may be concluded from the answers.
 */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { StationInspection } from '../../../wire/station/inspection.ts'
import { Empty } from '../../parts/empty.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useAttempt } from '../../state/attempt.ts'
import { listen } from '../../state/events.ts'
import { useResource } from '../../state/resource.ts'
import { review } from '../../state/review.ts'
import { address } from '../../state/route.ts'
import { number, say } from '../../words/language.ts'
import { Decide } from './decide.tsx'
import { Sampling } from './sampling.tsx'

export function Review() {
  const current = useSignal<StationInspection | null | undefined>(undefined)
  const { trouble, run } = useAttempt()
  const decided = useSignal<
    readonly { readonly inspection: StationInspection; readonly correction: number }[]
  >([])
  const open = useResource('review.count', (signal) => review.openCount({ signal }))

  const toNext = async (): Promise<void> => {
    current.value = await review.next()
    open.refresh()
  }
  const next = (): void => run(toNext)
  const undo = (): void =>
    run(async () => {
      const [last, ...rest] = decided.value
      if (last === undefined) return
      if (current.value) await review.release(current.value.id)
      await review.undo(last.correction)
      await review.claim(last.inspection.id)
      decided.value = rest
      current.value = last.inspection
      open.refresh()
    })

  useEffect(() => {
    next()
    const unlisten = listen((heard) => {
      if (heard.kind === 'gap') open.refresh()
      if (heard.kind === 'inspection' && heard.inspection.review !== null) {
        open.refresh()
        if (current.peek() === null) next()
      }
    })
    // with a part on the screen its own keys take back strokes first
    const press = ({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): void => {
      if (current.peek() === null && key.toLowerCase() === 'z' && !ctrlKey && !metaKey && !altKey) undo()
    }
    addEventListener('keydown', press)
    return () => {
      unlisten()
      removeEventListener('keydown', press)
      if (current.peek()) void review.release(current.peek()?.id ?? '').catch(() => undefined)
    }
  }, [])

  const now = current.value
  const waiting = open.now.value.value
  return (
    <div class="review">
      <header class="review-head">
        <h1>{say('view.review')}</h1>
        {waiting !== undefined && (
          <p>
            <b>{say('review.open', { n: waiting.count })}</b>
            {waiting.atLeast ? '+' : ''}
          </p>
        )}
        <Sampling />
        <button type="button" disabled={decided.value.length === 0} onClick={undo}>
          {say('review.undo')} <kbd>Z</kbd>
        </button>
        <span class="muted">
          {say('review.decidedNow', { n: decided.value.length, shown: number(decided.value.length) })}
        </span>
      </header>
      {trouble.value !== null && <Trouble error={trouble.value} again={next} />}
      {now === undefined && trouble.value === null && <p class="waiting muted">{say('review.asking')}</p>}
      {now === null && (
        <Empty title={say('review.none')}>
          <p>{say('review.noneWhat')}</p>
          <p>
            <a href={address(['explore'])}>{say('review.pick')}</a>
          </p>
        </Empty>
      )}
      {now && (
        <Decide
          key={now.id}
          inspection={now}
          onUndo={undo}
          onSkip={() =>
            run(async () => {
              await review.release(now.id)
              await toNext()
            })
          }
          onDecided={(correction) => {
            decided.value = [{ inspection: now, correction }, ...decided.value].slice(0, 50)
            next()
          }}
        />
      )}
    </div>
  )
}
