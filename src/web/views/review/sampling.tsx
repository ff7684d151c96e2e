/** The rule by which parts come to people, what it lets one estimate, and changing it. */
import { useSignal } from '@preact/signals'
import { chosenShare } from '../../../wire/station/chosen-share.ts'
import { verdicts } from '../../../wire/station/outcomes.ts'
import type { SamplingRule } from '../../../wire/station/review.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Slider } from '../../parts/slider.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useAttempt } from '../../state/attempt.ts'
import { addCounts, type Counts } from '../../state/live.ts'
import { may } from '../../state/person.ts'
import { useResource } from '../../state/resource.ts'
import { review } from '../../state/review.ts'
import { station } from '../../state/station.ts'
import { number, percent, say } from '../../words/language.ts'

const shares = ['everyPart', ...verdicts] as const

export function Sampling() {
  const rules = useResource('review.rules', (signal) => review.rules({ signal }))
  const isChanging = useSignal(false)
  const [now] = rules.now.value.value ?? []
  if (now === undefined) return null
  const { everyPart, nominal, anomalous, review: band } = now.rule
  return (
    <>
      <p class="muted">
        {say('review.rule', {
          every: percent(everyPart),
          nominal: percent(nominal),
          anomalous: percent(anomalous),
          review: percent(band),
        })}
      </p>
      {may('admin') && (
        <button
          type="button"
          onClick={() => {
            isChanging.value = true
          }}
        >
          {say('sampling.change')}
        </button>
      )}
      {isChanging.value && (
        <Change
          from={now.rule}
          onDone={() => {
            isChanging.value = false
            rules.refresh()
          }}
        />
      )}
    </>
  )
}

function Change({ from, onDone }: { readonly from: SamplingRule; readonly onDone: () => void }) {
  const rule = useSignal(from)
  const recent = useResource('tallies.week', (signal) => lastWeek(signal))
  const { trouble, isRunning, run } = useAttempt()
  const isOther = shares.some((share) => rule.value[share] !== from[share])
  return (
    <Dialog title={say('sampling.title')} onLeave={onDone}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          run(async () => {
            await review.setRule(rule.value)
            onDone()
          })
        }}
      >
        {shares.map((share) => (
          <Slider
            key={share}
            name={say(`sampling.${share}`)}
            min={0}
            max={1}
            step={share === 'everyPart' ? 0.001 : 0.01}
            value={rule.value[share]}
            show={(value) => percent(value)}
            onInput={(value) => {
              rule.value = { ...rule.value, [share]: value }
            }}
          />
        ))}
        <div role="status">
          <ul class="consequences">
            {consequencesOf(rule.value, recent.now.value.value ?? {}).map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </div>
        {trouble.value !== null && <Trouble error={trouble.value} />}
        <div class="buttons">
          <button type="submit" class="primary" disabled={!isOther || isRunning.value}>
            {say('sampling.set')}
          </button>
          <button type="button" onClick={onDone}>
            {say('cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}

async function lastWeek(signal: AbortSignal): Promise<Counts> {
  const to = new Date()
  const from = new Date(to.getTime() - 7 * 24 * 3600_000)
  const tallies = await station.tallies(from.toISOString(), to.toISOString(), 'day', { signal })
  return tallies.reduce<Counts>((sum, { counts }) => addCounts(sum, counts), {})
}

/** @param recent - Parts of the last week by what the station said. */
function consequencesOf(rule: SamplingRule, recent: Counts): string[] {
  const judged = verdicts.reduce((sum, verdict) => sum + (recent[verdict] ?? 0), 0)
  const shown = verdicts.reduce(
    (sum, verdict) => sum + (recent[verdict] ?? 0) * chosenShare(rule, verdict),
    0,
  )
  return [
    judged === 0
      ? say('sampling.noParts')
      : say('sampling.load', { n: Math.round((1000 * shown) / judged), judged: number(judged) }),
    say(chosenShare(rule, 'nominal') === 0 ? 'sampling.escapesUnknown' : 'sampling.escapesKnown'),
    say(chosenShare(rule, 'anomalous') === 0 ? 'sampling.overkillUnknown' : 'sampling.overkillKnown'),
    say(rule.everyPart === 0 ? 'sampling.noSample' : 'sampling.sample'),
    ...(chosenShare(rule, 'review') < 1 ? [say('sampling.bandLeft')] : []),
    say('sampling.fromNow'),
  ]
}
