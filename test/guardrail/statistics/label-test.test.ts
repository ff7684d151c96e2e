import { describe, expect, it } from 'vitest'
import { labelAuroc, labelTest } from '../../../src/guardrail/statistics/label-test.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'

const count = 90
const labels = Uint8Array.from({ length: count }, (_, i) => Number(i % 3 === 0))
const singly = Array.from({ length: count }, (_, i) => `unit ${i}`)
const ask = (fact: (i: number) => number, units: readonly string[] = singly, of = labels) => ({
  rows: Array.from({ length: count }, (_, i) => [fact(i)]),
  labels: of,
  units,
  random: createRandom(5),
  task: quietTask,
})
const noise = (seed: number) => {
  const random = createRandom(seed)
  const values = Array.from({ length: count }, () => random.normal())
  return (i: number): number => values[i]!
}

describe('labelTest', () => {
  it('believes a fact that tells the label', async () => {
    const fact = noise(1)
    const { auroc, pValue, ci, units } = (await labelTest(ask((i) => 2 * labels[i]! + fact(i))))!
    expect(units).toBe(count)
    expect(auroc).toBeGreaterThan(0.85)
    expect(pValue).toBe(1 / 500)
    expect(ci[0]).toBeLessThan(auroc)
    expect(ci[1]).toBeGreaterThan(auroc)
  })

  it('believes one that tells it by its square: bad parts are dark or bright', async () => {
    const fact = noise(2)
    expect(
      (await labelTest(ask((i) => fact(i) + (labels[i] === 1 ? 4 * (i % 2) - 2 : 0))))!.pValue,
    ).toBeLessThan(0.01)
  })

  it('keeps its level: of 40 facts that say nothing about 2 have p <= 0.05', async () => {
    let found = 0
    for (let k = 0; k < 40; k++) if ((await labelTest(ask(noise(100 + k))))!.pValue <= 0.05) found++
    expect(found).toBeLessThanOrEqual(5)
  })

  it('takes the images of a part for one witness', async () => {
    // Nine parts of ten images, three of them bad: a fact of the part alone cannot convince.
    const units = Array.from({ length: count }, (_, i) => `part ${i % 9}`)
    const fact = noise(3)
    const ofPart = (i: number): number => fact(i % 9) + 0.01 * fact(i)
    expect((await labelTest(ask(ofPart, units)))!.pValue).toBeGreaterThan(0.01)
  })

  it('deals whole patterns where parts hold both labels, and refuses where there is nothing to deal', async () => {
    const units = Array.from({ length: count }, (_, i) => `part ${Math.floor(i / 3)}`)
    expect(await labelTest(ask(noise(4), units))).toBeNull() // every part has the same pattern
    expect(await labelTest(ask(noise(4), singly, new Uint8Array(count)))).toBeNull()
    const worn = Uint8Array.from(labels, (_, i) => Number(i % 3 >= 2 - (Math.floor(i / 3) % 2)))
    expect((await labelTest(ask((i) => worn[i]!, units, worn)))!.auroc).toBeGreaterThan(0.95)
  })
})

it('labelAuroc is the AUROC of the test', async () => {
  const fact = noise(6)
  const asked = ask((i) => labels[i]! + fact(i))
  expect(labelAuroc(asked)).toBe((await labelTest(ask((i) => labels[i]! + fact(i))))!.auroc)
})
