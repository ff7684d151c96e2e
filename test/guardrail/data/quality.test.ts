/** Light, focus and reflections: what an image does, against the others of its set. */
import { describe, expect, it } from 'vitest'
import type { Guardrail } from '../../../src/guardrail/contract.ts'
import type { CheckContext } from '../../../src/guardrail/data/check-context.ts'
import { qualityBlur } from '../../../src/guardrail/data/quality-blur.ts'
import { qualityExposure } from '../../../src/guardrail/data/quality-exposure.ts'
import { qualityReflection } from '../../../src/guardrail/data/quality-reflection.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, picturesOf, type Told } from './context.ts'

const few = 12
/** A hundred pictures of which the first dozen differ. */
const ask = async (guardrail: Guardrail<CheckContext>, light: (i: number) => Told['light'] = () => ({})) =>
  findingsOf(
    await guardrail.run(contextOf(picturesOf(100, (i) => (i < few ? { light: light(i)! } : {}))), quietTask),
  )

describe.each([
  ['quality.exposure', qualityExposure],
  ['quality.blur', qualityBlur],
  ['quality.reflection', qualityReflection],
] as const)('%s', (id, guardrail) => {
  it('passes a set that is even', async () => {
    expect(guardrail.id).toBe(id)
    expect(await ask(guardrail)).toEqual([])
  })

  it('does not ask a single image', async () => {
    expect(await guardrail.run(contextOf(picturesOf(1)), quietTask)).toMatchObject({
      kind: 'skipped',
      reason: expect.stringContaining('1 image are too few'),
    })
  })
})

it('tells a spread of the light in stops: twice the grey level is 2.2 of them', async () => {
  const [finding] = await ask(qualityExposure, () => ({ mean: 242 }))
  expect(finding!.evidence.stops).toBeCloseTo(2.2, 1)
})

it('tells single images that are dark, and what is burnt out', async () => {
  const dark = await ask(qualityExposure, (i) => (i < 4 ? { mean: 30 } : {}))
  expect(dark[0]!.evidence).toMatchObject({ count: 4, of: 100 })
  const burnt = await ask(qualityExposure, () => ({ white: 0.2 }))
  expect(burnt[0]!.evidence).toMatchObject({ count: few, usualWhite: 0 })
})

it.each(['black', 'white'] as const)('fails a set that is all %s, however few and alike', async (end) => {
  for (const count of [3, 100]) {
    const lost = contextOf(picturesOf(count, () => ({ light: { [end]: 1, levels: 1 } })))
    const [finding] = findingsOf(await qualityExposure.run(lost, quietTask))
    expect(finding).toMatchObject({ severity: 'error', evidence: { count, of: count, end } })
  }
})

it('tells few grey levels, and says which range was taken', async () => {
  const reduced = contextOf(picturesOf(30, () => ({ light: { levels: 8 } })))
  expect(findingsOf(await qualityExposure.run(reduced, quietTask))).toMatchObject([
    { severity: 'warning', evidence: { levels: 8 } },
  ])
  const pictures = picturesOf(30).map((picture) => ({
    ...picture,
    sample: { ...picture.sample, reading: { range: { low: 0, high: 4095 } } },
  }))
  expect(findingsOf(await qualityExposure.run(contextOf(pictures), quietTask))).toMatchObject([
    { severity: 'info', evidence: { low: 0, high: 4095, images: 30 } },
  ])
})

it('takes what is white in most images for the background', async () => {
  const white = contextOf(picturesOf(100, (i) => ({ light: { white: i < few ? 0.6 : 0.4 } })))
  expect(findingsOf(await qualityExposure.run(white, quietTask))).toEqual([])
})

it('tells blur from noise', async () => {
  expect((await ask(qualityBlur, () => ({ sharpness: -3 })))[0]!.title).toContain('far less fine detail')
  expect((await ask(qualityBlur, () => ({ sharpness: 1 })))[0]!.title).toContain('far more fine detail')
})

it('tells reflections, but not what all pictures have', async () => {
  expect((await ask(qualityReflection, () => ({ glare: 0.03 })))[0]!.evidence).toMatchObject({ count: few })
  const usual = contextOf(picturesOf(100, () => ({ light: { glare: 0.03 } })))
  expect(findingsOf(await qualityReflection.run(usual, quietTask))).toEqual([])
})
