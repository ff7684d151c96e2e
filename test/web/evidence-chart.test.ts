/** Names of lines that end at nearly the same height. */
import { expect, it } from 'vitest'
import { spreadApart } from '../../src/web/views/drift/evidence-chart.ts'

it('stand apart, in order, and never below the chart', () => {
  expect(spreadApart([20, 100], 250)).toEqual([20, 100])
  expect(spreadApart([20, 22, 60], 250)).toEqual([20, 33, 60])
  expect(spreadApart([240, 244, 249], 250)).toEqual([224, 237, 250])
  expect(spreadApart([], 250)).toEqual([])
})
