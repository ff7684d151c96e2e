import { expect, it } from 'vitest'
import { silhouetteVariance } from '../../../src/guardrail/data/silhouette-variance.ts'
import { type PackedMask, packMask } from '../../../src/image/packed-mask.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, picturesOf } from './context.ts'

/** A square of 20 pixels whose left upper corner lies at (x, 20). */
function square(x: number): PackedMask {
  const data = new Uint8Array(64 * 64)
  for (let row = 20; row < 40; row++) data.fill(1, row * 64 + x, row * 64 + x + 20)
  return packMask({ width: 64, height: 64, data })
}
const answer = (place: (i: number) => number | null, count = 20) =>
  silhouetteVariance.run(
    contextOf(
      picturesOf(count, (i) => {
        const x = place(i)
        return { silhouette: x === null ? null : square(x) }
      }),
    ),
    quietTask,
  )

it('passes an object that lies still, and shows its average', async () => {
  const still = await answer(() => 22)
  expect(findingsOf(still)).toEqual([])
  expect(still).toMatchObject({ pictures: [{ id: 'silhouette.variance' }, { id: 'silhouette.variance' }] })
})

it('finds an object that is in either of two places: p = 1/2 in all of its support', async () => {
  const [finding] = findingsOf(await answer((i) => (i % 2 === 0 ? 4 : 40)))
  expect(finding!.evidence.variance).toBeCloseTo(1, 12)
  expect(finding!.remedy).toContain('plumbline prepare')
})

it('says what is missing', async () => {
  expect(await answer(() => 22, 3)).toMatchObject({
    kind: 'skipped',
    reason: expect.stringContaining('3 nominal'),
  })
  expect(await answer(() => null)).toMatchObject({
    kind: 'skipped',
    reason: expect.stringContaining('foreground'),
  })
})
