/** A run is taken up on the dataset and the weights it was made with, or not at all. */
import { expect, it } from 'vitest'
import { InputError } from '../../../src/errors.ts'
import { checkSameData } from '../../../src/run/folder/check-same-data.ts'

type Evaluation = Parameters<typeof checkSameData>[1]
type Card = Parameters<typeof checkSameData>[2]

const evaluation = {
  dataset: { path: '/photos', fingerprint: 'sha256:data' },
  backbone: { id: 'resnet18', weights: 'sha256:weights' },
} as Evaluation
const card = (fingerprint: string, weights: string) =>
  ({ fingerprint, backbone: { id: 'resnet18', weights } }) as Card

it('passes the same data and weights, and says what differs', () => {
  checkSameData('runs/one', evaluation, card('sha256:data', 'sha256:weights'))
  const changed = () => checkSameData('runs/one', evaluation, card('sha256:other', 'sha256:weights'))
  expect(changed).toThrow(InputError)
  expect(changed).toThrow('/photos: is not the dataset that runs/one was evaluated on')
  const reweighted = () => checkSameData('runs/one', evaluation, card('sha256:data', 'sha256:new'))
  expect(reweighted).toThrow(InputError)
  expect(reweighted).toThrow('sha256:new')
})
