/** Every image of a run, with what its folds said of it: those judged wrong can be had alone. */
import { useSignal } from '@preact/signals'
import type { RunImage } from '../../../wire/serve/runs.ts'
import { Loading } from '../../parts/loading.tsx'
import { VirtualList } from '../../parts/virtual-list.tsx'
import { useResource } from '../../state/resource.ts'
import { runMapAddress, runs } from '../../state/runs.ts'
import { number, percent, say, score } from '../../words/language.ts'

const kinds = ['all', 'wrong', 'nominal', 'anomalous'] as const
type Kind = (typeof kinds)[number]

const matches: Readonly<Record<Kind, (image: RunImage) => boolean>> = {
  all: () => true,
  wrong: ({ right }) => right < 1,
  nominal: ({ label }) => label === 'nominal',
  anomalous: ({ label }) => label === 'anomalous',
}

export function RunImages({ id }: { readonly id: string }) {
  const images = useResource(`images ${id}`, (signal) => runs.images(id, { signal }))
  const kind = useSignal<Kind>('all')
  return (
    <>
      <h2>{say('runs.itsImages')}</h2>
      <Loading of={images} waiting={say('runs.asking')}>
        {(all) => {
          const shown = all.filter(matches[kind.value])
          return (
            <>
              <fieldset class="chips">
                <legend class="hidden">{say('filter.title')}</legend>
                {kinds.map((each) => (
                  <button
                    key={each}
                    type="button"
                    aria-pressed={kind.value === each}
                    onClick={() => {
                      kind.value = each
                    }}
                  >
                    {say(`runImages.${each}`)} {number(all.filter(matches[each]).length)}
                  </button>
                ))}
              </fieldset>
              <VirtualList
                label={say('runs.itsImages')}
                count={shown.length}
                rowHeight={72}
                row={(index) => <Row run={id} image={shown[index]} />}
              />
            </>
          )
        }}
      </Loading>
    </>
  )
}

function Row({ run, image }: { readonly run: string; readonly image: RunImage | undefined }) {
  if (image === undefined) return null
  const { image: path, label, right, score: raw, folds } = image
  return (
    <a class="row run-image" href={runMapAddress(run, path)} target="_blank" rel="noopener">
      <img
        src={runMapAddress(run, path)}
        alt={say('compare.map', { run, image: path })}
        loading="lazy"
        onError={({ currentTarget }) => {
          currentTarget.hidden = true
        }}
      />
      <span class="row-part">{path}</span>
      <span>{say(`label.${label}`)}</span>
      <span class="row-score">{score(raw)}</span>
      <span data-wrong={right < 1}>{say('runImages.right', { share: percent(right, 0), n: folds })}</span>
    </a>
  )
}
