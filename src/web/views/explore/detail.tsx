/** One inspection: its pictures with map and regions in step, what was decided and why, what people said of it. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { StationInspection } from '../../../wire/station/inspection.ts'
import { Loading } from '../../parts/loading.tsx'
import { MapOpacity } from '../../parts/map-opacity.tsx'
import { PictureViewer, wholePicture } from '../../parts/picture-viewer.tsx'
import { ReasonForm } from '../../parts/reason-form.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { VerdictMark } from '../../parts/verdict-mark.tsx'
import { useAttempt } from '../../state/attempt.ts'
import { noteInspection } from '../../state/inspection-list.ts'
import { listAddress } from '../../state/list-address.ts'
import { may } from '../../state/person.ts'
import { useResource } from '../../state/resource.ts'
import { review } from '../../state/review.ts'
import { go } from '../../state/route.ts'
import { mapAddress, maskAddress, pictureAddress, station } from '../../state/station.ts'
import { moment, number, say, score } from '../../words/language.ts'

export function Detail({ id, query }: { readonly id: string; readonly query: URLSearchParams }) {
  const inspection = useResource(id, (signal) => station.inspection(id, { signal }))
  return (
    <article class="detail">
      <p>
        <a href={listAddress(query)}>{say('detail.back')}</a>
      </p>
      <Loading of={inspection} waiting={say('detail.asking')}>
        {(value) => <Inspection inspection={value} onChange={inspection.refresh} />}
      </Loading>
    </article>
  )
}

function Inspection({
  inspection,
  onChange,
}: {
  readonly inspection: StationInspection
  readonly onChange: () => void
}) {
  const look = useSignal(wholePicture)
  const opacity = useSignal(0.5)
  const withRegions = useSignal(true)
  const withMask = useSignal(true)
  const { trouble, run } = useAttempt()
  const { outcome, part } = inspection
  useEffect(() => noteInspection(inspection), [inspection])
  return (
    <>
      <header class="detail-head" data-outcome={outcome}>
        <h1>{part ?? say('detail.unnamed')}</h1>
        <VerdictMark outcome={outcome} />
        {may('review') && inspection.review?.state !== 'decided' && (
          <button
            type="button"
            onClick={() =>
              run(async () => {
                await review.claim(inspection.id)
                go(['review'])
              })
            }
          >
            {say('detail.review')}
          </button>
        )}
      </header>
      {trouble.value !== null && <Trouble error={trouble.value} />}
      <div class="detail-body">
        <div>
          {inspection.kept.some(({ picture }) => picture) && (
            <div class="buttons picture-controls">
              <MapOpacity opacity={opacity} />
              <button
                type="button"
                aria-pressed={withRegions.value}
                onClick={() => {
                  withRegions.value = !withRegions.value
                }}
              >
                {say('picture.showRegions')}
              </button>
              {inspection.correction?.masks.some((mask) => mask !== null) && (
                <button
                  type="button"
                  aria-pressed={withMask.value}
                  onClick={() => {
                    withMask.value = !withMask.value
                  }}
                >
                  {say('picture.showMask')}
                </button>
              )}
            </div>
          )}
          {inspection.images.map(({ hash, width, height, regions }, i) => {
            const kept = inspection.kept[i]
            const mask = inspection.correction?.masks[i]
            return width !== null && height !== null && kept?.picture ? (
              <PictureViewer
                key={hash}
                src={pictureAddress(inspection.id, i)}
                alt={say('picture.of', { what: part ?? inspection.id })}
                width={width}
                height={height}
                map={kept.map ? mapAddress(inspection.id, i) : undefined}
                mapOpacity={opacity.value}
                regions={withRegions.value ? regions : null}
                look={look}
              >
                {withMask.value && typeof mask === 'string' && (
                  <span
                    class="said-mask"
                    role="img"
                    aria-label={say('review.mask')}
                    style={{ maskImage: `url(${maskAddress(mask)})` }}
                  />
                )}
              </PictureViewer>
            ) : (
              <p key={hash} class="empty">
                {say('picture.notKept')}
              </p>
            )
          })}
        </div>
        <Facts inspection={inspection} />
      </div>
      <Said id={inspection.id} onChange={onChange} />
      {may('review') && inspection.review?.state === 'decided' && (
        <ReasonForm
          question={say('review.secondWhy')}
          action={say('review.second')}
          onAnswer={async (why) => {
            await review.askSecondOpinion(inspection.id, why)
            onChange()
          }}
        />
      )}
    </>
  )
}

function Facts({ inspection }: { readonly inspection: StationInspection }) {
  const {
    score: raw,
    thresholdUsed,
    thresholdStored,
    band,
    lot,
    camera,
    capturedAt,
    time,
    model,
    latency,
    imageHash,
  } = inspection
  const facts: readonly (readonly [name: string, value: string | null])[] = [
    [say('fact.score'), score(raw)],
    [say('fact.threshold'), score(thresholdUsed)],
    [say('fact.stored'), thresholdStored === thresholdUsed ? null : score(thresholdStored)],
    [say('fact.band'), band === null ? null : `${score(band)} – ${score(thresholdUsed)}`],
    [say('filter.lot'), lot],
    [say('filter.camera'), camera],
    [say('fact.captured'), capturedAt === null ? null : moment(capturedAt)],
    [say('fact.time'), moment(time)],
    [say('filter.model'), model === null ? null : `${model.name} ${model.fingerprint.slice(0, 12)}`],
    [
      say('fact.latency'),
      say('fact.latencyParts', {
        total: number(latency.total),
        queue: number(latency.queue),
        decode: number(latency.decode),
        infer: number(latency.infer),
      }),
    ],
    [say('fact.hash'), imageHash.slice(0, 16)],
  ]
  return (
    <dl class="panel facts">
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class="break">{value}</dd>
          </div>
        ))}
      {inspection.reason !== null && (
        <div>
          <dt>{say('fact.reason')}</dt>
          <dd class="break" lang="en">
            {inspection.reason}
          </dd>
        </div>
      )}
    </dl>
  )
}

/** What people said, taken back or not. */
function Said({ id, onChange }: { readonly id: string; readonly onChange: () => void }) {
  const corrections = useResource(`said.${id}`, (signal) => review.corrections(id, { signal }))
  const { trouble, run } = useAttempt()
  return (
    <Loading of={corrections} waiting={say('detail.asking')}>
      {(list) =>
        list.length === 0 ? (
          <p class="muted">{say('detail.nobody')}</p>
        ) : (
          <>
            {trouble.value !== null && <Trouble error={trouble.value} />}
            <ul class="said">
              {list.map(({ id: correction, at, by, label, kind, note, undone }) => (
                <li key={correction} data-undone={undone !== null}>
                  <b>{say(`label.${label}`)}</b> {kind} {note !== null && <q>{note}</q>}
                  <small>
                    {by}, <time dateTime={at}>{moment(at)}</time>
                    {undone !== null && `, ${say('detail.undone', { by: undone.by })}`}
                  </small>
                  {undone === null && may('review') && (
                    <button
                      type="button"
                      onClick={() =>
                        run(async () => {
                          await review.undo(correction)
                          corrections.refresh()
                          onChange()
                        })
                      }
                    >
                      {say('review.undo')}
                    </button>
                  )}
                </li>
              ))}
            </ul>
          </>
        )
      }
    </Loading>
  )
}
