import { expect, it } from 'vitest'
import { aspectDistortion } from '../../../src/guardrail/data/aspect-distortion.ts'
import type { Fit } from '../../../src/image/image.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, picturesOf, type Told } from './context.ts'

const ask = async (fit: Fit, tell: (i: number) => Told) =>
  findingsOf(
    await aspectDistortion.run(
      contextOf(picturesOf(20, tell), { input: { size: { width: 200, height: 200 }, fit, cell: 8 } }),
      quietTask,
    ),
  )
const square = (): Told => ({ width: 100, height: 100 })
const mixed = (i: number): Told => ({ width: i % 2 === 0 ? 100 : 150, height: 100 })
const wide = (): Told => ({ width: 400, height: 100 })

it.each(['stretch', 'crop', 'pad'] as const)('has nothing to say of squares: %s', async (fit) => {
  expect(await ask(fit, square)).toEqual([])
})

it('calls different stretches an error', async () => {
  const [finding] = await ask('stretch', mixed)
  expect(finding!.severity).toBe('error')
  expect(finding!.evidence.spread).toBeCloseTo(1.5, 12)
})

it('warns of one large stretch for all', async () => {
  const [finding] = await ask('stretch', wide)
  expect(finding!.severity).toBe('warning')
  expect(finding!.evidence.median).toBeCloseTo(0.25, 12)
})

it('says what cropping cuts off, defects above all', async () => {
  const [cut] = await ask('crop', wide)
  expect(cut!.evidence.medianCut).toBeCloseTo(0.75, 12)
  const [hurt] = await ask('crop', () => ({
    ...wide(),
    sample: { label: 'anomalous' },
    defect: { pixels: 10, regions: [], cut: 1 },
  }))
  expect(hurt).toMatchObject({ severity: 'error', evidence: { images: 20 } })
})

it('notes padding, and names a better size', async () => {
  const [finding] = await ask('pad', wide)
  expect(finding).toMatchObject({ severity: 'info' })
  expect(finding!.evidence.medianPadding).toBeCloseTo(0.75, 12)
  expect(finding!.remedy).toContain('416x96')
})
