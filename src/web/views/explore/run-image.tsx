/** One image of a run: photograph, heat map and mask in step, and what each fold said of it. */
import { useSignal } from '@preact/signals'
import type { MappedRunImage, RunOutline } from '../../../wire/serve/runs.ts'
import { Choice } from '../../parts/choice.tsx'
import { FigureTable } from '../../parts/figure-table.tsx'
import { Loading } from '../../parts/loading.tsx'
import { MapOpacity } from '../../parts/map-opacity.tsx'
import { PictureViewer, type Shares } from '../../parts/picture-viewer.tsx'
import { listAddress } from '../../state/list-address.ts'
import { useResource } from '../../state/resource.ts'
import { refine } from '../../state/route.ts'
import { runMapAddress, runPhotographAddress, runs } from '../../state/runs.ts'
import { number, say, score } from '../../words/language.ts'

interface Props {
  readonly run: string
  readonly image: string
  readonly query: URLSearchParams
}

export function OneRunImage({ run, image, query }: Props) {
  const found = useResource(`image ${run} ${image}`, (signal) => runs.image(run, image, { signal }))
  const fromFold = (fold: string): void => {
    const from = query.get('from')
    refine({ fold, ...(from !== null && { from }) })
  }
  return (
    <article class="detail">
      <p>
        <a href={listAddress(query, { run })}>{say('runImage.back')}</a>
      </p>
      <Loading of={found} waiting={say('runs.asking')}>
        {(of) => (
          <Found run={run} of={of} wanted={Number(query.get('fold') ?? Number.NaN)} onFold={fromFold} />
        )}
      </Loading>
    </article>
  )
}

interface FoundProps {
  readonly run: string
  readonly of: MappedRunImage
  readonly wanted: number
  readonly onFold: (fold: string) => void
}

function Found({ run, of, wanted, onFold }: FoundProps) {
  const { image, part, label, defect, judged, mapped } = of
  const fold = judged.find((each) => each.fold === wanted)?.fold ?? judged[0]?.fold ?? 0
  return (
    <>
      <header class="detail-head">
        <h1 class="break">{image}</h1>
        <Choice
          name={say('runFilter.fold')}
          needed
          value={String(fold)}
          options={judged.map((each) => [String(each.fold), number(each.fold)])}
          onChange={(next) => onFold(next ?? '')}
        />
      </header>
      <div class="detail-body">
        <Layers run={run} image={image} fold={fold} mapped={mapped} />
        <div>
          <dl class="panel facts">
            {(
              [
                [
                  say('runFilter.label'),
                  [say(`label.${label}`), defect].filter((word) => word !== '').join(' · '),
                ],
                [say('filter.part'), part],
              ] as const
            )
              .filter(([, value]) => value !== '')
              .map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd class="break">{value}</dd>
                </div>
              ))}
          </dl>
          <FigureTable
            first={say('runFilter.fold')}
            columns={[say('fact.score'), say('filter.outcome')]}
            rows={judged.map((each) => ({
              name: number(each.fold),
              cells: [score(each.score), say(`outcome.${each.decision}`)],
              isMarked: (each.decision === 'nominal') !== (label === 'nominal'),
            }))}
          />
          <details>
            <summary>{say('runImage.wrong')}</summary>
            <p>{say('runImage.correct')}</p>
            <p>{say('runImage.correctBoth')}</p>
          </details>
        </div>
      </div>
    </>
  )
}

interface LayersProps {
  readonly run: string
  readonly image: string
  readonly fold: number
  readonly mapped: MappedRunImage['mapped']
}

/** Without a photograph the map stands alone. */
function Layers({ run, image, fold, mapped }: LayersProps) {
  const map = runMapAddress(run, fold, image)
  const photograph = runPhotographAddress(run, image)
  const opacity = useSignal(0.5)
  const withMask = useSignal(true)
  const size = useResource(photograph, () => sizeOf(photograph))
  const alone = useResource(map, () => sizeOf(map))
  const outline = useResource(`outline ${run} ${image}`, (signal) => runs.outline(run, image, { signal }))
  const [photo, heat] = [size.now.value, alone.now.value.value]
  const marked = outline.now.value.value
  const what = say('picture.of', { what: image })
  return (
    <div>
      <div class="buttons picture-controls">
        {photo.value && heat && <MapOpacity opacity={opacity} />}
        {marked?.outline && (
          <button
            type="button"
            aria-pressed={withMask.value}
            onClick={() => {
              withMask.value = !withMask.value
            }}
          >
            {say('runImage.mask')}
          </button>
        )}
      </div>
      {photo.value && (
        <PictureViewer
          key={photograph}
          src={photograph}
          alt={what}
          {...photo.value}
          map={heat && map}
          mapShare={heat && mapped === 'middle' ? middleOf(photo.value, heat) : undefined}
          mapOpacity={opacity.value}
        >
          {withMask.value && marked && <Outline of={marked} />}
        </PictureViewer>
      )}
      {photo.state === 'failed' && <p class="empty">{say('runImage.noPhotograph')}</p>}
      {photo.state === 'failed' && heat && (
        <PictureViewer key={map} src={map} alt={say('compare.map', { run, image })} {...heat} />
      )}
      {alone.now.value.state === 'failed' && <p class="muted">{say('runImage.noMap')}</p>}
    </div>
  )
}

function Outline({ of: { width, height, outline } }: { readonly of: RunOutline }) {
  return (
    <svg class="outline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none">
      <title>{say('runImage.mask')}</title>
      <path d={outline ?? ''} />
      <path d={outline ?? ''} />
    </svg>
  )
}

/** Of the largest area of the photograph that has the shape of the map. */
function middleOf(photograph: Size, map: Size): Shares {
  const wider = (photograph.width * map.height) / (photograph.height * map.width)
  return { width: Math.min(1, 1 / wider), height: Math.min(1, wider) }
}

interface Size {
  readonly width: number
  readonly height: number
}

/** In pixels. @throws {Error} It is not to be had. */
async function sizeOf(address: string): Promise<Size> {
  const picture = new Image()
  picture.src = address
  await picture.decode()
  return { width: picture.naturalWidth, height: picture.naturalHeight }
}
