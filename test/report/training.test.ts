import { describe, expect, it } from 'vitest'
import { trainingSection } from '../../src/report/sections/training.ts'
import { type TrainingCurves, trainingCurvesSchema } from '../../src/wire/training-curves.ts'

const curves = (ended: string, last: number): TrainingCurves =>
  trainingCurvesSchema.parse({
    version: 1,
    steps: 300,
    ended,
    curves: [
      { name: 'loss', unit: 'loss', step: [1000, 2000, 3000], value: [1.5, 0.5, last] },
      { name: 'good <called> good', unit: 'share', step: [1000, 2000, 3000], value: [0.5, 0.9, 1] },
      { name: 'fake called fake', unit: 'share', step: [1000, 2000, 3000], value: [0.4, 0.8, 0.9] },
    ],
  })

describe('the training section', () => {
  it('has a chart for each unit, a line for each fold and the mean, and says why training ended', () => {
    const page = trainingSection([
      { fold: 0, curves: curves('the budget', 0.1) },
      { fold: 1, curves: curves('the budget', 0.3) },
    ]).text
    expect(page.match(/<svg/g)).toHaveLength(2)
    expect(page.match(/class="fold-line/g)).toHaveLength(6)
    expect(page.match(/class="mean-line/g)).toHaveLength(3)
    expect(page).toContain('loss: 0.200 at the end')
    expect(page).toContain('Every fold: 300 steps, the budget.')
    expect(page).toContain('good &lt;called&gt; good')
    expect(page).not.toContain('<called>')
  })

  it('tells folds apart that ended otherwise', () => {
    const page = trainingSection([
      { fold: 0, curves: curves('the budget', 0.1) },
      { fold: 3, curves: curves('no better', 0.1) },
    ]).text
    expect(page).toContain('Fold 1: 300 steps, the budget.')
    expect(page).toContain('Fold 4: 300 steps, no better.')
  })

  it('draws what has one point, or none, without breaking', () => {
    const one: TrainingCurves = {
      version: 1,
      steps: 1,
      ended: 'at once',
      curves: [
        { name: 'loss', unit: 'loss', step: [1], value: [-3] },
        { name: 'nothing', unit: 'share', step: [], value: [] },
      ],
    }
    const page = trainingSection([{ fold: 0, curves: one }]).text
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
  })
})
