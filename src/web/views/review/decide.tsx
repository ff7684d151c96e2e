/** One part: its pictures, what the model says, and what the person says. */
import { useSignal } from '@preact/signals'
import { useLayoutEffect } from 'preact/hooks'
import type { CorrectionLabel } from '../../../wire/station/correction.ts'
import type { StationInspection } from '../../../wire/station/inspection.ts'
import { MapOpacity } from '../../parts/map-opacity.tsx'
import { PictureViewer, wholePicture } from '../../parts/picture-viewer.tsx'
import { Slider } from '../../parts/slider.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { VerdictMark } from '../../parts/verdict-mark.tsx'
import { useAttempt } from '../../state/attempt.ts'
import { may } from '../../state/person.ts'
import { review } from '../../state/review.ts'
import { mapAddress, pictureAddress } from '../../state/station.ts'
import { moment, percent, say, score } from '../../words/language.ts'
import { type Draft, dropDraft, keepDraft, readDraft, strokesOf, withStrokes } from './draft.ts'
import { MaskPainter, type Tool } from './mask-painter.tsx'
import { maskPng } from './strokes.ts'

interface Props {
  readonly inspection: StationInspection
  readonly onDecided: (correction: number) => void
  readonly onSkip: () => void
  readonly onUndo: () => void
}

const labels: readonly { readonly label: CorrectionLabel; readonly key: string }[] = [
  { label: 'nominal', key: 'g' },
  { label: 'anomalous', key: 'd' },
  { label: 'unsure', key: 'u' },
]
const tools: readonly { readonly tool: Tool; readonly key: string }[] = [
  { tool: 'look', key: 'v' },
  { tool: 'brush', key: 'p' },
  { tool: 'box', key: 'b' },
  { tool: 'erase', key: 'e' },
]

export function Decide({ inspection, onDecided, onSkip, onUndo }: Props) {
  const draft = useSignal<Draft>(readDraft(inspection.id))
  const tool = useSignal<Tool>('look')
  const brush = useSignal(0.02)
  const opacity = useSignal(0.5)
  const look = useSignal(wholePicture)
  const { trouble, isRunning: sending, run } = useAttempt()

  const change = (next: Draft): void => {
    draft.value = next
    keepDraft(inspection.id, next)
  }
  const decide = (label: CorrectionLabel): void => {
    if (sending.value || !may('review')) return
    change({ ...draft.value, label })
    run(async () => {
      const masks = await Promise.all(
        inspection.images.map((image, i) => saveMask(draft.value, i, image, label)),
      )
      const { kind, note } = draft.value
      const correction = await review.correct(inspection.id, {
        label,
        kind: label === 'anomalous' && kind.trim() !== '' ? kind.trim() : null,
        note: note.trim() === '' ? null : note.trim(),
        masks,
      })
      dropDraft(inspection.id)
      onDecided(correction.id)
    })
  }
  const takeBackStroke = (): boolean => {
    const image = draft.value.strokes.findLastIndex((strokes) => strokes.length > 0)
    if (image < 0) return false
    change(withStrokes(draft.value, image, strokesOf(draft.value, image).slice(0, -1)))
    return true
  }

  // with the part itself, not a moment later: a key that is pressed at once would be lost, or mean something else
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const { target, key } = event
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (
        target instanceof HTMLInputElement ||
        target instanceof HTMLTextAreaElement ||
        target instanceof HTMLSelectElement
      ) {
        if (key === 'Escape') target.blur()
        return
      }
      const low = key.toLowerCase()
      const label = labels.find((each) => each.key === low)?.label
      const chosen = tools.find((each) => each.key === low)?.tool
      if (label !== undefined) decide(label)
      else if (chosen !== undefined) tool.value = chosen
      else if (low === 'n') onSkip()
      else if (low === 'z') {
        if (!takeBackStroke()) onUndo()
      } else if (low === 'k') document.getElementById('defect-kind')?.focus()
      else return
      event.preventDefault()
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [])

  const how = inspection.review
  return (
    <div class="decide">
      <div class="decide-pictures">
        {inspection.images.map(({ hash, width, height, regions }, i) => {
          const kept = inspection.kept[i]
          if (width === null || height === null || !kept?.picture) {
            return (
              <p key={hash} class="empty">
                {say('picture.gone')}
              </p>
            )
          }
          return (
            <PictureViewer
              key={hash}
              src={pictureAddress(inspection.id, i)}
              alt={say('picture.of', { what: inspection.part ?? inspection.id })}
              width={width}
              height={height}
              map={kept.map ? mapAddress(inspection.id, i) : undefined}
              mapOpacity={opacity.value}
              regions={regions}
              look={look}
            >
              <MaskPainter
                width={width}
                height={height}
                strokes={strokesOf(draft.value, i)}
                tool={tool.value === 'look' ? null : tool.value}
                brush={Math.max(2, brush.value * Math.max(width, height))}
                onStroke={(stroke) =>
                  change(withStrokes(draft.value, i, [...strokesOf(draft.value, i), stroke]))
                }
              />
            </PictureViewer>
          )
        })}
      </div>
      <div class="panel decide-panel">
        <p class="model-says" data-outcome={inspection.outcome}>
          <small>{say('review.modelSays')}</small>
          <VerdictMark outcome={inspection.outcome} />
          <small>
            {say('live.score', {
              score: score(inspection.score),
              threshold: score(inspection.thresholdUsed),
            })}
          </small>
        </p>
        <p class="muted" data-part={inspection.part}>
          {inspection.part ?? say('review.noPart')} ·{' '}
          <time dateTime={inspection.time}>{moment(inspection.time)}</time>
        </p>
        {how !== null && (
          <p class="why">
            {say(`reason.${how.reason}`)}{' '}
            {how.probability !== null && say('review.probability', { p: percent(how.probability) })}
            {how.secondOpinion !== null && <em> {how.secondOpinion.why}</em>}
          </p>
        )}
        <fieldset class="labels" disabled={sending.value || !may('review')}>
          <legend>{say('review.question')}</legend>
          {labels.map(({ label, key }) => (
            <button
              key={label}
              type="button"
              class="label-button"
              data-outcome={label === 'unsure' ? 'review' : label}
              aria-pressed={draft.value.label === label}
              onClick={() => decide(label)}
            >
              {say(`label.${label}`)} <kbd>{key.toUpperCase()}</kbd>
            </button>
          ))}
        </fieldset>
        {!may('review') && <p class="muted">{say('trouble.role')}</p>}
        {trouble.value !== null && <Trouble error={trouble.value} />}
        <label>
          {say('review.kind')} <kbd>K</kbd>
          <input
            id="defect-kind"
            value={draft.value.kind}
            maxLength={200}
            onInput={(event) => change({ ...draft.value, kind: event.currentTarget.value })}
          />
        </label>
        <label>
          {say('review.note')}
          <input
            value={draft.value.note}
            maxLength={2000}
            onInput={(event) => change({ ...draft.value, note: event.currentTarget.value })}
          />
        </label>
        <div class="buttons" role="toolbar" aria-label={say('review.tools')}>
          {tools.map(({ tool: each, key }) => (
            <button
              key={each}
              type="button"
              aria-pressed={tool.value === each}
              onClick={() => {
                tool.value = each
              }}
            >
              {say(`tool.${each}`)} <kbd>{key.toUpperCase()}</kbd>
            </button>
          ))}
        </div>
        <Slider
          name={say('review.brush')}
          min={0.002}
          max={0.1}
          step={0.002}
          value={brush.value}
          onInput={(value) => {
            brush.value = value
          }}
        />
        <MapOpacity opacity={opacity} />
        <div class="buttons">
          <button type="button" onClick={onSkip}>
            {say('review.skip')} <kbd>N</kbd>
          </button>
        </div>
      </div>
    </div>
  )
}

/** @returns SHA-256 of the mask the station keeps; null where none was painted, or where the part is not called defective. */
async function saveMask(
  draft: Draft,
  i: number,
  image: StationInspection['images'][number],
  label: CorrectionLabel,
): Promise<string | null> {
  const strokes = strokesOf(draft, i)
  if (label !== 'anomalous' || strokes.length === 0 || image.width === null || image.height === null)
    return null
  const { hash } = await review.saveMask(await maskPng(strokes, image.width, image.height))
  return hash
}
