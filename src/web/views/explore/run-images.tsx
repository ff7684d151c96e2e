/** The images of a run, filtered and sorted, as rows or as thumbnails. */
import { useMemo } from 'preact/hooks'
import type { RunImage } from '../../../wire/serve/runs.ts'
import { Empty } from '../../parts/empty.tsx'
import { Loading } from '../../parts/loading.tsx'
import { VerdictMark } from '../../parts/verdict-mark.tsx'
import { asPicturesAddress, fromList, isAsPictures } from '../../state/list-address.ts'
import { useResource } from '../../state/resource.ts'
import { address, refine } from '../../state/route.ts'
import {
  type RunFilter,
  readRunFilter,
  runFilterAddress,
  type ShownImage,
  shownImages,
} from '../../state/run-filter.ts'
import { runs } from '../../state/runs.ts'
import { number, say, score } from '../../words/language.ts'
import { Listing } from './listing.tsx'
import { PicturesButton } from './pictures-button.tsx'
import { RunFilters } from './run-filters.tsx'
import { RunThumbnail } from './run-thumbnail.tsx'
import { Source } from './source.tsx'

export function RunImages({ run, query }: { readonly run: string; readonly query: URLSearchParams }) {
  const images = useResource(`images ${run}`, (signal) => runs.images(run, { signal }))
  const asPictures = isAsPictures(query)
  const filter = readRunFilter(query)
  const show = (next: RunFilter, nextAsPictures: boolean): void =>
    refine({ ...runFilterAddress(run, next), ...asPicturesAddress(nextAsPictures) })
  return (
    <div class="explore">
      <header class="explore-head">
        <h1>{say('view.explore')}</h1>
        <Source run={run} />
        <PicturesButton asPictures={asPictures} onChange={(next) => show(filter, next)} />
        <a class="button" href={address(['runs', run])}>
          {say('train.seeRun')}
        </a>
      </header>
      <Loading of={images} waiting={say('runs.asking')}>
        {(all) => (
          <Found
            run={run}
            all={all}
            filter={filter}
            asPictures={asPictures}
            list={query}
            onChange={(next) => show(next, asPictures)}
          />
        )}
      </Loading>
    </div>
  )
}

interface FoundProps {
  readonly run: string
  readonly all: readonly RunImage[]
  readonly filter: RunFilter
  readonly asPictures: boolean
  /** Query of the list's address. */
  readonly list: URLSearchParams
  readonly onChange: (filter: RunFilter) => void
}

function Found({ run, all, filter, asPictures, list, onChange }: FoundProps) {
  // the text stands for the filter, which is read anew each time
  const shown = useMemo(() => shownImages(all, filter), [all, JSON.stringify(filter)])
  return (
    <>
      <RunFilters all={all} filter={filter} onChange={onChange} />
      <p role="status">{say('explore.images', { n: shown.length })}</p>
      {shown.length === 0 ? (
        <Empty title={say('explore.noImage')}>
          <p>{say('explore.noImageWhat')}</p>
        </Empty>
      ) : (
        <Listing
          label={say('runs.itsImages')}
          count={shown.length}
          at={(index) => shown[index]}
          asPictures={asPictures}
          memory={list.toString()}
          row={(each) => <Row run={run} shown={each} list={list} />}
          tile={(each) => <Tile key={each.image.image} run={run} shown={each} list={list} />}
        />
      )}
    </>
  )
}

interface ImageProps {
  readonly run: string
  readonly shown: ShownImage
  readonly list: URLSearchParams
}

const addressOfImage = ({ run, shown: { image, fold }, list }: ImageProps): string =>
  address(['explore', 'run', run, image.image], { fold: String(fold), ...fromList(list) })

/** Another picture is tried anew: a row stays when other images come into it. */
const keyOf = ({ image, fold }: ShownImage): string => `${fold} ${image.image}`

function Row(props: ImageProps) {
  const { run, shown } = props
  const { image, verdict, right, folds, score: raw } = shown
  return (
    <a class="row run-image" href={addressOfImage(props)}>
      <RunThumbnail key={keyOf(shown)} run={run} shown={shown} />
      <VerdictMark outcome={verdict} />
      <span class="row-part">{image.image}</span>
      <span class="row-score">{score(raw)}</span>
      <span class="row-where">
        {say(`label.${image.label}`)}
        {image.defect !== '' && ` · ${image.defect}`}
      </span>
      <span class="row-said" data-wrong={right < 1}>
        {say('runImages.right', { right: number(right * folds), n: folds })}
      </span>
    </a>
  )
}

function Tile(props: ImageProps) {
  const { run, shown } = props
  return (
    <a class="tile" data-outcome={shown.verdict} href={addressOfImage(props)} title={shown.image.image}>
      <RunThumbnail key={keyOf(shown)} run={run} shown={shown} />
      <VerdictMark outcome={shown.verdict} />
      <span class="hidden">{score(shown.score)}</span>
    </a>
  )
}
