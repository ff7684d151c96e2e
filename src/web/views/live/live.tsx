/** What the line needs to see from three metres: the last verdict, its picture, how it goes, and whether all is well. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { StationInspection } from '../../../wire/station/inspection.ts'
import { Empty } from '../../parts/empty.tsx'
import { PictureViewer } from '../../parts/picture-viewer.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { VerdictMark } from '../../parts/verdict-mark.tsx'
import { followLive, latest } from '../../state/live.ts'
import { address } from '../../state/route.ts'
import { mapAddress, pictureAddress, thumbnailAddress } from '../../state/station.ts'
import { moment, number, say, score } from '../../words/language.ts'
import { Running } from './running.tsx'
import { SendIn } from './send-in.tsx'
import { Wellbeing } from './wellbeing.tsx'

export function Live() {
  const trouble = useSignal<Error | null>(null)
  useEffect(
    () =>
      followLive((error) => {
        trouble.value = error
      }),
    [],
  )
  const [newest] = latest.value
  return (
    <div class="live">
      <h1 class="hidden">{say('view.live')}</h1>
      {trouble.value !== null && <Trouble error={trouble.value} />}
      <section class="newest" aria-label={say('live.last')} aria-live="polite">
        {newest === undefined ? (
          <Empty title={say('live.none')}>
            <p>{say('live.noneWhat')}</p>
          </Empty>
        ) : (
          <Newest inspection={newest} />
        )}
      </section>
      <aside>
        <Running />
        <Wellbeing />
        <SendIn />
      </aside>
      <section class="recent" aria-label={say('live.recent')}>
        <ul class="before">
          {latest.value.slice(1).map((each) => (
            <li key={each.id}>
              <a
                href={address(['explore', each.id])}
                aria-label={`${say(`outcome.${each.outcome}`)}, ${moment(each.time)}`}
              >
                {each.kept[0]?.picture ? (
                  <img src={thumbnailAddress(each.id, 0, 160)} alt="" loading="lazy" width={96} height={72} />
                ) : (
                  <span class="no-picture" />
                )}
                <VerdictMark outcome={each.outcome} />
              </a>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

function Newest({ inspection }: { readonly inspection: StationInspection }) {
  const [image] = inspection.images
  const [kept] = inspection.kept
  return (
    <>
      <div class="shout" data-outcome={inspection.outcome}>
        <VerdictMark outcome={inspection.outcome} large />
        <p>
          {inspection.part !== null && <b>{inspection.part}</b>}
          <time dateTime={inspection.time}>{moment(inspection.time)}</time>
          {inspection.score !== null && inspection.thresholdUsed !== null && (
            <span>
              {say('live.score', {
                score: score(inspection.score),
                threshold: score(inspection.thresholdUsed),
              })}
            </span>
          )}
          <span>{say('live.took', { ms: number(inspection.latency.total) })}</span>
          {!inspection.recorded && <strong class="unrecorded">{say('live.unrecorded')}</strong>}
        </p>
        {inspection.reason !== null && (
          <p class="reason" lang="en">
            {inspection.reason}
          </p>
        )}
      </div>
      {image?.width != null && image.height !== null && kept?.picture ? (
        <PictureViewer
          key={inspection.id}
          src={pictureAddress(inspection.id, 0)}
          alt={say('picture.of', { what: inspection.part ?? inspection.id })}
          width={image.width}
          height={image.height}
          map={kept.map ? mapAddress(inspection.id, 0) : undefined}
          regions={image.regions}
        />
      ) : (
        <p class="empty">{say('picture.notKept')}</p>
      )}
    </>
  )
}
