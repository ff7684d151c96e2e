/** Two runs on identical folds: paired differences with intervals, and the images on which they disagree. */
import { FigureTable } from '../../parts/figure-table.tsx'
import { InEnglish } from '../../parts/in-english.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useResource } from '../../state/resource.ts'
import { address } from '../../state/route.ts'
import { runMapAddress, runs } from '../../state/runs.ts'
import { number, percent, say } from '../../words/language.ts'

const figures = ['auroc', 'balancedAccuracy', 'escapeRate', 'overkillRate'] as const
const plain = (value: number | null): string => (value === null ? '–' : number(value, 3))

type Differences = Awaited<ReturnType<typeof runs.compare>>['figures']

function verdictOf(differences: Differences): string {
  const apart = figures.filter((name) => differences[name].isDistinguishable)
  if (apart.length === 0) return say('compare.same')
  return say('compare.differ', { figures: apart.map((name) => say(`figure.${name}`)).join(', ') })
}

export function Compared({ a, b }: { readonly a: string; readonly b: string }) {
  const comparison = useResource(`${a} ${b}`, (signal) => runs.compare(a, b, { signal }))
  const apart = useResource(`apart ${a} ${b}`, (signal) => runs.disagreements(a, b, { signal }))
  return (
    <article class="runs">
      <p>
        <a href={address(['runs'])}>{say('runs.back')}</a>
      </p>
      <h1>{say('compare.title')}</h1>
      <p class="break">
        A: <a href={address(['runs', a])}>{a}</a> · B: <a href={address(['runs', b])}>{b}</a>
      </p>
      <Loading of={comparison} waiting={say('compare.asking')}>
        {({ figures: differences, leak }) => (
          <>
            <p class="calm">{verdictOf(differences)}</p>
            {leak !== null && (
              <p class="warning-note">
                <InEnglish>{leak}</InEnglish>
              </p>
            )}
            <FigureTable
              columns={['A', 'B', 'A − B', say('compare.interval')]}
              rows={figures.map((name) => {
                const { a: first, b: second, mean, ci, isDistinguishable } = differences[name]
                const interval = ci === null ? '–' : `${plain(ci[0])} – ${plain(ci[1])}`
                return {
                  name: say(`figure.${name}`),
                  cells: [plain(first), plain(second), plain(mean), interval],
                  isMarked: isDistinguishable,
                }
              })}
            />
          </>
        )}
      </Loading>
      <h2>{say('compare.apart')}</h2>
      {apart.now.value.state === 'failed' && <Trouble error={apart.now.value.error} again={apart.refresh} />}
      {apart.now.value.value?.length === 0 && <p class="muted">{say('compare.apartNone')}</p>}
      <ul class="apart">
        {apart.now.value.value?.map(({ image, label, fold, rightA, rightB }) => (
          <li key={image} class="panel">
            <p class="break">
              <b>{image}</b>
              <br />
              <span data-outcome={label}>{say(`label.${label}`)}</span>,{' '}
              {say('compare.right', { a: percent(rightA, 0), b: percent(rightB, 0) })}
            </p>
            <div class="pair">
              <img
                src={runMapAddress(a, fold, image)}
                alt={say('compare.map', { run: 'A', image })}
                loading="lazy"
              />
              <img
                src={runMapAddress(b, fold, image)}
                alt={say('compare.map', { run: 'B', image })}
                loading="lazy"
              />
            </div>
          </li>
        ))}
      </ul>
    </article>
  )
}
