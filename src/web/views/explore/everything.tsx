/** The list, as rows or as thumbnails. */
import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { StationInspection } from '../../../wire/station/inspection.ts'
import { Empty } from '../../parts/empty.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { VerdictMark } from '../../parts/verdict-mark.tsx'
import { filterAddress, readFilter, readOrder } from '../../state/filter.ts'
import { forgetList, inspectionList } from '../../state/inspection-list.ts'
import { asPicturesAddress, fromList, isAsPictures } from '../../state/list-address.ts'
import { address, refine } from '../../state/route.ts'
import { thumbnailAddress } from '../../state/station.ts'
import { moment, number, say, score } from '../../words/language.ts'
import { Filters } from './filters.tsx'
import { Listing } from './listing.tsx'
import { PicturesButton } from './pictures-button.tsx'
import { Source } from './source.tsx'

export function Everything({ query }: { readonly query: URLSearchParams }) {
  const filter = readFilter(query)
  const order = readOrder(query)
  const key = JSON.stringify([filter, order])
  const asPictures = isAsPictures(query)
  const renewed = useSignal(0)

  // the key stands for filter and order
  const { pages, fresh } = useMemo(() => inspectionList(filter, order), [key, renewed.value])

  // read, so that the list is drawn again when pages arrive
  void pages.version.value
  const known = pages.known()
  return (
    <div class="explore">
      <header class="explore-head">
        <h1>{say('view.explore')}</h1>
        <Source run={null} />
        <p role="status">
          {say('explore.known', { n: known, more: pages.isWhole() ? '' : '+' })}
          {fresh.value > 0 && order === 'newest' && (
            <button
              type="button"
              onClick={() => {
                forgetList()
                renewed.value++
              }}
            >
              {say('explore.fresh', { n: fresh.value })}
            </button>
          )}
        </p>
        <PicturesButton
          asPictures={asPictures}
          onChange={(next) => refine({ ...filterAddress(filter, order), ...asPicturesAddress(next) })}
        />
        <a
          class="button"
          href={`v1/export.csv?${new URLSearchParams(filterAddress(filter, 'newest'))}`}
          download
        >
          {say('explore.csv')}
        </a>
      </header>
      <Filters
        filter={filter}
        order={order}
        onChange={(next, nextOrder) =>
          refine({ ...filterAddress(next, nextOrder), ...asPicturesAddress(asPictures) })
        }
      />
      {pages.error.value !== null && <Trouble error={pages.error.value} again={() => pages.show(0, known)} />}
      {known === 0 && pages.isWhole() ? (
        <Empty title={say('explore.none')}>
          <p>{say('explore.noneWhat')}</p>
        </Empty>
      ) : (
        <Listing
          label={say('view.explore')}
          count={known}
          at={(index) => pages.at(index)}
          asPictures={asPictures}
          memory={query.toString()}
          onSight={(first, last) => pages.show(first, last)}
          row={(inspection) => <Row inspection={inspection} list={query} />}
          tile={(inspection) => <Tile key={inspection.id} inspection={inspection} list={query} />}
        />
      )}
    </div>
  )
}

const thumbnail = (inspection: StationInspection) =>
  inspection.kept[0]?.picture ? (
    <img src={thumbnailAddress(inspection.id, 0, 160)} alt="" loading="lazy" decoding="async" />
  ) : (
    <span class="no-picture" />
  )

interface ShownProps {
  readonly inspection: StationInspection
  /** Query of the list's address. */
  readonly list: URLSearchParams
}

function Row({ inspection, list }: ShownProps) {
  const { id, outcome, part, lot, camera, time, correction, review } = inspection
  return (
    <a class="row" href={address(['explore', id], fromList(list))}>
      {thumbnail(inspection)}
      <VerdictMark outcome={outcome} />
      <span class="row-part">{part ?? '–'}</span>
      <span class="row-score">{score(inspection.score)}</span>
      <span class="row-where">{[lot, camera].filter((each) => each !== null).join(' · ')}</span>
      <span class="row-said">
        {correction !== null
          ? say(`label.${correction.label}`)
          : review?.state === 'open'
            ? say('explore.toReview')
            : ''}
      </span>
      <time dateTime={time}>{moment(time)}</time>
    </a>
  )
}

function Tile({ inspection, list }: ShownProps) {
  const { id, outcome, time } = inspection
  return (
    <a
      class="tile"
      data-outcome={outcome}
      href={address(['explore', id], fromList(list))}
      title={moment(time)}
    >
      {thumbnail(inspection)}
      <VerdictMark outcome={outcome} />
      <span class="hidden">{number(inspection.score ?? 0, 4)}</span>
    </a>
  )
}
