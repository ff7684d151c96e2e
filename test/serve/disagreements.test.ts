/** Where two runs part. */
import { expect, it } from 'vitest'
import type { RunData } from '../../src/evaluate/paired-folds.ts'
import { disagreements, imagesOf } from '../../src/serve/runs/disagreements.ts'
import type { ScoreRow } from '../../src/wire/evaluation.ts'

const row = (
  image: string,
  fold: number,
  decision: ScoreRow['decision'],
  more: Partial<ScoreRow> = {},
): ScoreRow => ({
  ...{ image, part: '', label: image.startsWith('bad') ? 'anomalous' : 'nominal', defect: '', fold },
  ...{ role: 'inference', score: 1, decision, ...more },
})
const run = (scores: ScoreRow[]): RunData => ({ name: 'run', scores }) as unknown as RunData

it('names images that most folds of one run judge right and of the other wrong, the clearest first', () => {
  const a = run([
    row('good/1', 0, 'nominal'),
    row('good/1', 1, 'nominal'),
    row('bad/2', 0, 'anomalous'),
    row('bad/2', 1, 'nominal'),
    row('bad/2', 2, 'review'),
    row('good/3', 0, 'nominal'),
    row('good/4', 0, 'nominal'),
    row('good/1', 0, 'anomalous', { role: 'threshold' }),
  ])
  const b = run([
    row('good/1', 0, 'anomalous'),
    row('good/1', 1, 'anomalous'),
    row('bad/2', 0, 'nominal'),
    row('bad/2', 1, 'nominal'),
    row('bad/2', 2, 'anomalous'),
    row('good/3', 0, 'nominal'),
  ])
  expect(disagreements(a, b)).toEqual([
    { image: 'good/1', label: 'nominal', fold: 0, rightA: 1, rightB: 0 },
    { image: 'bad/2', label: 'anomalous', fold: 0, rightA: 2 / 3, rightB: 1 / 3 },
  ])
})

it('are listed each once, with the mean of the folds that had not seen them, the highest score first', () => {
  const listed = imagesOf(
    run([
      row('good/1', 0, 'nominal', { score: 1 }),
      row('good/1', 1, 'anomalous', { score: 2 }),
      row('bad/2', 0, 'review', { score: 4 }),
      row('bad/2', 1, 'nominal', { role: 'threshold', score: 9 }),
    ]),
  )
  expect(listed).toEqual([
    {
      ...{ image: 'bad/2', part: '', label: 'anomalous', defect: '', score: 4, right: 1 },
      judged: [{ fold: 0, score: 4, decision: 'review' }],
    },
    {
      ...{ image: 'good/1', part: '', label: 'nominal', defect: '', score: 1.5, right: 0.5 },
      judged: [
        { fold: 0, score: 1, decision: 'nominal' },
        { fold: 1, score: 2, decision: 'anomalous' },
      ],
    },
  ])
})
