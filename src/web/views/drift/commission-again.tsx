/** After the line was set up anew: the next parts become what later ones are compared with. */
import { useSignal } from '@preact/signals'
import { Dialog } from '../../parts/dialog.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useAttempt } from '../../state/attempt.ts'
import { drift } from '../../state/drift.ts'
import { number, say } from '../../words/language.ts'

export function CommissionAgain({
  needed,
  onDone,
}: {
  readonly needed: number
  readonly onDone: () => void
}) {
  const isAsking = useSignal(false)
  const { trouble, isRunning, run } = useAttempt()
  const leave = (): void => {
    isAsking.value = false
  }
  const begin = (): void =>
    run(async () => {
      await drift.commission()
      leave()
      onDone()
    })
  return (
    <>
      <button
        type="button"
        onClick={() => {
          isAsking.value = true
        }}
      >
        {say('drift.commission')}
      </button>
      {isAsking.value && (
        <Dialog title={say('drift.commission')} onLeave={leave}>
          <p>{say('drift.commissionWhat', { needed: number(needed) })}</p>
          {trouble.value !== null && <Trouble error={trouble.value} />}
          <div class="buttons">
            <button type="button" class="primary" disabled={isRunning.value} onClick={begin}>
              {say('drift.commission')}
            </button>
            <button type="button" onClick={leave}>
              {say('cancel')}
            </button>
          </div>
        </Dialog>
      )}
    </>
  )
}
