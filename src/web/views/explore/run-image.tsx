/** One image of a run: photograph, heat map and mask in step, and what each fold said of it. */
import { useSignal } from '@preact/signals'
import type { RunImage, RunOutline } from '../../../wire/serve/runs.ts'
import { Choice } from '../../parts/choice.tsx'
import { FigureTable } from '../../parts/figure-table.tsx'
import { Loading } from '../../parts/loading.tsx'
import { MapOpacity } from '../../parts/map-opacity.tsx'
import { PictureViewer } from '../../parts/picture-viewer.tsx'
import { useResource } from '../../state/resource.ts'
import { address, refine } from '../../state/route.ts'
import { runMapAddress, runPhotographAddress, runs } from '../../state/runs.ts'
import { number, say, score } from '../../words/language.ts'

interface Props {
  readonly run: string
  readonly image: string
  readonly query: URLSearchParams
}

export function OneRunImage({ run, image, query }: Props) {
  const images = useResource(`images ${run}`, (signal) => runs.images(run, { signal }))
  return (
    <article class="detail">
      <p>
        <a href={address(['explore'], { run })}>{say('runImage.back')}</a>
      </p>
      <Loading of={images} waiting={say('runs.asking')}>
        {(all) => {
          const found = all.find((each) => each.image === image)
          return found === undefined ? (
            <p class="empty">{say('problem.NOT_FOUND')}</p>
          ) : (
            <Found run={run} of={found} wanted={Number(query.get('fold') ?? Number.NaN)} />
          )
        }}
      </Loading>
    </article>
  )
}

function Found({
  run,
  of,
  wanted,
}: {
  readonly run: string
  readonly of: RunImage
  readonly wanted: number
}) {
  const { image, part, label, defect, judged } = of
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
          onChange={(next) => refine({ fold: next ?? '' })}
        />
      </header>
      <div class="detail-body">
        <Layers run={run} image={image} fold={fold} />
        <div>
          <dl class="panel facts">
            {(
              [
                [say('runFilter.label'), `${say(`label.${label}`)} ${defect}`],
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
            columns={[say('fact.score'), say('filter.outcome')]}
            rows={judged.map((each) => ({
              name: say('runImage.fold', { fold: number(each.fold) }),
              cells: [score(each.score), say(`outcome.${each.decision}`)],
              isMarked: (each.decision === 'nominal') !== (label === 'nominal'),
            }))}
          />
        </div>
      </div>
    </>
  )
}

interface LayersProps {
  readonly run: string
  readonly image: string
  readonly fold: number
}

/** Without a photograph the map stands alone; a map of the middle of an image stands below it. */
function Layers({ run, image, fold }: LayersProps) {
  const map = runMapAddress(run, fold, image)
  const photograph = runPhotographAddress(run, image)
  const opacity = useSignal(0.5)
  const withMask = useSignal(true)
  const size = useResource(photograph, () => sizeOf(photograph))
  const alone = useResource(map, () => sizeOf(map))
  const outline = useResource(`outline ${run} ${image}`, (signal) => runs.outline(run, image, { signal }))
  const list = useResource('runs', (signal) => runs.list({ signal }))
  const isMiddle = list.now.value.value?.find(({ id }) => id === run)?.fit === 'crop'
  const [photo, heat] = [size.now.value, alone.now.value.value]
  const marked = outline.now.value.value
  const what = say('picture.of', { what: image })
  const mapAlone = heat && (
    <PictureViewer key={map} src={map} alt={say('compare.map', { run, image })} {...heat} />
  )
  return (
    <div>
      <div class="buttons picture-controls">
        {heat && !isMiddle && <MapOpacity opacity={opacity} />}
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
          map={heat && !isMiddle ? map : undefined}
          mapOpacity={opacity.value}
        >
          {withMask.value && marked && <Outline of={marked} />}
        </PictureViewer>
      )}
      {photo.state === 'failed' && <p class="empty">{say('runImage.noPhotograph')}</p>}
      {(photo.state === 'failed' || isMiddle) && mapAlone}
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

/** In pixels. @throws {Error} It is not to be had. */
async function sizeOf(address: string): Promise<{ readonly width: number; readonly height: number }> {
  const picture = new Image()
  picture.src = address
  await picture.decode()
  return { width: picture.naturalWidth, height: picture.naturalHeight }
}
