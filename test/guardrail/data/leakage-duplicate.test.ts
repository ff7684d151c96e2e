import { expect, it } from 'vitest'
import { leakageDuplicate } from '../../../src/guardrail/data/leakage-duplicate.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, isAnomalous, picturesOf, type Told } from './context.ts'

const ask = async (...context: Parameters<typeof contextOf>) =>
  findingsOf(await leakageDuplicate.run(contextOf(...context), quietTask))
/** Picture 1 holds the bytes of picture 0. */
const copied = (zero: Told, one: Told) =>
  picturesOf(6, (i) =>
    i === 0 ? zero : i === 1 ? { fileHash: 'file 0', pixelHash: 'pixels 0', ...one } : {},
  )

it('passes where all pictures differ', async () => {
  expect(await ask(picturesOf(6))).toEqual([])
})

it('calls two labels for one picture an error', async () => {
  const [finding] = await ask(copied({}, { sample: isAnomalous }))
  expect(finding).toMatchObject({ severity: 'error', evidence: { pairs: 1, equalFiles: 1 } })
  expect(finding!.title).toContain('once as nominal and once as anomalous')
})

it('calls a copy across the published split an error', async () => {
  const [finding] = await ask(copied({ sample: { split: 'train' } }, { sample: { split: 'test' } }))
  expect(finding!.title).toContain('once for training and once for testing')
})

it('warns of copies that nothing keeps together, but not within a part', async () => {
  expect((await ask(copied({}, {})))[0]!.severity).toBe('warning')
  expect(await ask(copied({ sample: { part: 'a' } }, { sample: { part: 'a' } }))).toEqual([])
})

it('tells equal pixels in other bytes', async () => {
  const [finding] = await ask(copied({}, { fileHash: 'other', pixelHash: 'pixels 0' }))
  expect(finding!.evidence).toMatchObject({ equalFiles: 0, equalPixels: 1 })
})

it('takes pictures that agree in what is their own for copies, if the light and the features agree too', async () => {
  const pictures = picturesOf(6)
  const groups = async () => ({
    groups: [],
    pairs: [{ a: 0, b: 1, likeness: 0.97, deviations: 9 }],
    chance: { centre: 0, spread: 0.1, leastDeviations: 4, least: 0.4 },
    undecided: 0,
  })
  const vectors = (apart: number) => async () =>
    pictures.map((_, i) => Float32Array.of(i === 1 ? apart : i, 0))
  expect((await ask(pictures, { groups }))[0]!.evidence).toMatchObject({ nearlyEqual: 1 })
  expect(await ask(pictures, { groups, embeddings: vectors(0.1) })).toHaveLength(1)
  expect(await ask(pictures, { groups, embeddings: vectors(3) })).toEqual([])
  const darker = picturesOf(6, (i) => (i === 1 ? { light: { mean: 60 } } : {}))
  expect(await ask(darker, { groups })).toEqual([])
})
