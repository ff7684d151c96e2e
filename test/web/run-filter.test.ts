/** Images of a run under a filter. */
import { expect, it } from 'vitest'
import { readRunFilter, runFilterAddress, shownImages } from '../../src/web/state/run-filter.ts'
import type { RunImage } from '../../src/wire/serve/runs.ts'

const image = (name: string, label: RunImage['label'], judged: RunImage['judged']): RunImage => ({
  ...{ image: name, part: '', label, defect: label === 'nominal' ? '' : 'crack', judged },
  score: judged.reduce((sum, { score }) => sum + score, 0) / judged.length,
  right:
    judged.filter(({ decision }) => (decision === 'nominal') === (label === 'nominal')).length /
    judged.length,
})
const all = [
  image('bad/1', 'anomalous', [
    { fold: 0, score: 4, decision: 'anomalous' },
    { fold: 1, score: 3, decision: 'review' },
  ]),
  image('good/1', 'nominal', [
    { fold: 0, score: 3, decision: 'anomalous' },
    { fold: 1, score: 1, decision: 'nominal' },
    { fold: 2, score: 1, decision: 'nominal' },
  ]),
  image('bad/2', 'anomalous', [{ fold: 1, score: 1, decision: 'nominal' }]),
]
const found = (query: string): string[] =>
  shownImages(all, readRunFilter(new URLSearchParams(query))).map(({ image }) => image.image)

it.each([
  ['', ['bad/1', 'good/1', 'bad/2']],
  ['order=lowest', ['bad/2', 'good/1', 'bad/1']],
  ['label=anomalous', ['bad/1', 'bad/2']],
  ['defect=crack&judged=wrong', ['bad/2']],
  ['judged=wrong', ['good/1', 'bad/2']],
  ['judged=wrong&fold=0', ['good/1']],
  ['verdict=nominal', ['good/1', 'bad/2']],
  ['verdict=review&fold=1', ['bad/1']],
  ['fold=2', ['good/1']],
  ['scoreFrom=2&scoreTo=4', ['bad/1']],
  ['fold=1&scoreTo=3', ['good/1', 'bad/2']],
  ['verdict=nonsense&fold=x&label=y&order=z', ['bad/1', 'good/1', 'bad/2']],
])('%s finds %s', (query, names) => {
  expect(found(query)).toEqual(names)
})

it('has the score and verdict of the fold that is asked for, else the mean and what most said', () => {
  const [first] = shownImages(all, { fold: 1, label: 'anomalous' })
  expect(first).toMatchObject({ score: 3, verdict: 'review', right: 1, fold: 1 })
  expect(shownImages(all, {})[1]).toMatchObject({ verdict: 'nominal', right: 2 / 3, fold: 0 })
})

it('goes into the address and comes back', () => {
  const filter = readRunFilter(new URLSearchParams('verdict=anomalous,review&fold=0&scoreFrom=-1&defect=a b'))
  const address = runFilterAddress('runs/a', filter)
  expect(address).toEqual({
    run: 'runs/a',
    verdict: 'anomalous,review',
    fold: '0',
    scoreFrom: '-1',
    defect: 'a b',
  })
  expect(readRunFilter(new URLSearchParams(address))).toEqual(filter)
})
