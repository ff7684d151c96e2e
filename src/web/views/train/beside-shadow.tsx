/** The model in shadow beside the one that judges, on the parts that both have seen. */
import type { ShadowComparison, ShadowTally } from '../../../wire/station/shadow-comparison.ts'
import { Empty } from '../../parts/empty.tsx'
import { FigureTable } from '../../parts/figure-table.tsx'
import { Loading } from '../../parts/loading.tsx'
import { VerdictMark } from '../../parts/verdict-mark.tsx'
import { useResource } from '../../state/resource.ts'
import { address } from '../../state/route.ts'
import { thumbnailAddress } from '../../state/station.ts'
import { training } from '../../state/training.ts'
import { number, say, score } from '../../words/language.ts'

export function BesideShadow() {
  const comparison = useResource('beside', (signal) => training.comparison({ signal }))
  return (
    <article class="train">
      <p>
        <a href={address(['train'])}>{say('beside.back')}</a>
      </p>
      <Loading of={comparison} waiting={say('compare.asking')}>
        {(value) =>
          value === null ? (
            <>
              <h1>{say('shelf.compare')}</h1>
              <Empty title={say('beside.none')}>
                <p>{say('beside.noneWhat')}</p>
              </Empty>
            </>
          ) : (
            <Beside comparison={value} />
          )
        }
      </Loading>
    </article>
  )
}

function Beside({ comparison }: { readonly comparison: ShadowComparison }) {
  const { active, shadow, judged, agree, random, byScore, pValue, isDistinguishable } = comparison
  const isDecided = byScore.nominal + byScore.anomalous > 0
  return (
    <>
      <h1 class="break">{say('beside.title', { active, shadow })}</h1>
      <p>{say('beside.judged', { n: judged, agree: number(agree) })}</p>
      {pValue === null ? (
        <p class="warning-note">{say('beside.undecided')}</p>
      ) : (
        <>
          <p class="calm">
            {say(isDistinguishable ? 'beside.apart' : 'beside.chance', {
              ...{ active, shadow, p: number(pValue, 3) },
              ...{ onlyActive: number(random.onlyActive), onlyShadow: number(random.onlyShadow) },
            })}
          </p>
          <h2>{say('beside.random')}</h2>
          <Mistakes of={random} comparison={comparison} />
        </>
      )}
      {isDecided && (
        <>
          <h2>{say('beside.byScore')}</h2>
          <p class="muted">{say('beside.byScoreWhy', { active })}</p>
          <Mistakes of={byScore} comparison={comparison} />
        </>
      )}
      <h2>{say('beside.where')}</h2>
      <Apart comparison={comparison} />
    </>
  )
}

function Mistakes({ of, comparison }: { readonly of: ShadowTally; readonly comparison: ShadowComparison }) {
  return (
    <FigureTable
      columns={[comparison.active, comparison.shadow]}
      rows={[
        {
          name: say('beside.escapes', { n: of.anomalous }),
          cells: [number(of.activeEscapes), number(of.shadowEscapes)],
        },
        {
          name: say('beside.overkill', { n: of.nominal }),
          cells: [number(of.activeOverkill), number(of.shadowOverkill)],
        },
      ]}
    />
  )
}

function Apart({ comparison: { apart, active, shadow } }: { readonly comparison: ShadowComparison }) {
  if (apart.length === 0) return <p class="muted">{say('beside.nowhere')}</p>
  return (
    <div class="table-frame">
      <table class="beside">
        <thead>
          <tr>
            <th scope="col">{say('beside.part')}</th>
            <th scope="col">{active}</th>
            <th scope="col">{shadow}</th>
            <th scope="col">{say('beside.people')}</th>
          </tr>
        </thead>
        <tbody>
          {apart.map((pair) => (
            <tr key={pair.active.id}>
              <th scope="row">
                <a href={address(['explore', pair.active.id])}>
                  <img
                    src={thumbnailAddress(pair.active.id, 0, 96)}
                    alt=""
                    loading="lazy"
                    onError={({ currentTarget }) => {
                      currentTarget.hidden = true
                    }}
                  />
                  {pair.part ?? say('detail.unnamed')}
                </a>
              </th>
              {[pair.active, pair.shadow].map(({ id, verdict, score: raw }) => (
                <td key={id}>
                  <VerdictMark outcome={verdict} /> {score(raw)}
                </td>
              ))}
              <td>{pair.label === null ? '–' : say(`label.${pair.label}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
