/** The list; two that are chosen can be compared. */
import { useSignal } from '@preact/signals'
import { Empty } from '../../parts/empty.tsx'
import { Loading } from '../../parts/loading.tsx'
import { useResource } from '../../state/resource.ts'
import { address, go } from '../../state/route.ts'
import { runs } from '../../state/runs.ts'
import { moment, number, say } from '../../words/language.ts'

export function AllRuns() {
  const list = useResource('runs', (signal) => runs.list({ signal }))
  const chosen = useSignal<readonly string[]>([])
  const [a, b] = chosen.value
  return (
    <div class="runs">
      <header class="explore-head">
        <h1>{say('view.runs')}</h1>
        <p class="muted">{say('runs.what')}</p>
        <button
          type="button"
          class="primary"
          disabled={a === undefined || b === undefined}
          onClick={() => go(['runs', a ?? '', b ?? ''])}
        >
          {say('runs.compare')}
        </button>
      </header>
      <Loading of={list} waiting={say('runs.asking')}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={say('runs.none')}>
              <p>{say('runs.noneWhat')}</p>
            </Empty>
          ) : (
            <div class="table-frame">
              <table>
                <thead>
                  <tr>
                    <th scope="col">{say('runs.choose')}</th>
                    <th scope="col">{say('runs.run')}</th>
                    <th scope="col">{say('runs.detector')}</th>
                    <th scope="col" class="n">
                      {say('runs.images')}
                    </th>
                    <th scope="col" class="n">
                      AUROC
                    </th>
                    <th scope="col" class="n">
                      {say('runs.findings')}
                    </th>
                    <th scope="col">{say('runs.made')}</th>
                  </tr>
                </thead>
                <tbody>
                  {all.map(({ id, createdAt, detector, backbone, images, auroc, findings }) => (
                    <tr key={id}>
                      <td>
                        <input
                          type="checkbox"
                          aria-label={say('runs.chooseOne', { run: id })}
                          checked={chosen.value.includes(id)}
                          onChange={(event) => {
                            chosen.value = event.currentTarget.checked
                              ? [...chosen.value, id].slice(-2)
                              : chosen.value.filter((each) => each !== id)
                          }}
                        />
                      </td>
                      <th scope="row">
                        <a href={address(['runs', id])}>{id}</a>
                      </th>
                      <td>
                        {detector}, {backbone}
                      </td>
                      <td class="n">
                        {number(images.nominal)} + {number(images.anomalous)}
                      </td>
                      <td class="n">{auroc === null ? '–' : number(auroc, 3)}</td>
                      <td class="n">{number(findings)}</td>
                      <td>
                        <time dateTime={createdAt}>{moment(createdAt)}</time>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loading>
    </div>
  )
}
