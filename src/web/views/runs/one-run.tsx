/** One evaluation: its figures and findings, and the way to its report, which is a page of its own and shows the rest. */
import type { Evaluation } from '../../../wire/evaluation.ts'
import { Loading } from '../../parts/loading.tsx'
import { useResource } from '../../state/resource.ts'
import { address } from '../../state/route.ts'
import { reportAddress, runs } from '../../state/runs.ts'
import { number, percent, say, sayOr } from '../../words/language.ts'

export function OneRun({ id }: { readonly id: string }) {
  const run = useResource(id, (signal) => runs.one(id, { signal }))
  return (
    <article class="runs">
      <p>
        <a href={address(['runs'])}>{say('runs.back')}</a>
      </p>
      <header class="explore-head">
        <h1 class="break">{id}</h1>
        <a class="button" href={reportAddress(id)} target="_blank" rel="noopener">
          {say('runs.report')}
        </a>
        <a class="button" href={address(['explore'], { run: id })}>
          {say('runs.itsImages')}
        </a>
      </header>
      <Loading of={run} waiting={say('runs.asking')}>
        {(evaluation) => <Figures evaluation={evaluation} id={id} />}
      </Loading>
    </article>
  )
}

type Figure =
  | { readonly mean: number | null; readonly ci?: readonly (number | null)[] | null }
  | null
  | undefined

const shown = (figure: Figure, show: (value: number | null) => string): string => {
  const [low, high] = figure?.ci ?? []
  if (figure?.mean == null) return '–'
  return low == null || high == null
    ? show(figure.mean)
    : `${show(figure.mean)} (${show(low)} – ${show(high)})`
}
const plain = (value: number | null): string => (value === null ? '–' : number(value, 3))

function Figures({ evaluation, id: run }: { readonly evaluation: Evaluation; readonly id: string }) {
  const pictures = useResource(`pictures ${run}`, (signal) => runs.pictures(run, { signal }))
  const { metrics, findings } = evaluation
  const level = metrics.part ?? metrics.image
  return (
    <>
      <dl class="panel facts">
        <div>
          <dt>AUROC</dt>
          <dd>{shown(level?.auroc, plain)}</dd>
        </div>
        <div>
          <dt>{say('promise.escape')}</dt>
          <dd>{shown(level?.escapeRate, percent)}</dd>
        </div>
        <div>
          <dt>{say('promise.overkill')}</dt>
          <dd>{shown(level?.overkillRate, percent)}</dd>
        </div>
      </dl>
      <h2>{say('runs.findings')}</h2>
      {findings.length === 0 && <p class="muted">{say('runs.noFindings')}</p>}
      <ul class="proposals">
        {findings.map(({ id, severity, title, remedy }) => (
          <li key={id} class="panel" data-severity={severity}>
            <p>
              <b>{sayOr(`finding.${id}`, id)}</b> <span class="state">{say(`severity.${severity}`)}</span>
            </p>
            <div lang="en">
              <p>{title}</p>
              <p>{remedy}</p>
            </div>
            {pictures.now.value.value
              ?.filter((each) => each.id === id)
              .map(({ caption, picture, width, height }) => (
                <figure key={picture} lang="en">
                  <img src={picture} alt={caption} width={width} height={height} loading="lazy" />
                  <figcaption>{caption}</figcaption>
                </figure>
              ))}
          </li>
        ))}
      </ul>
    </>
  )
}
