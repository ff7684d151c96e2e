import { describe, expect, it } from 'vitest'
import { shortcutMetadata, timeOf } from '../../../src/guardrail/data/shortcut-metadata.ts'
import { quietTask } from '../../../src/task.ts'
import { contextOf, findingsOf, isAnomalous, pictureOf, picturesOf, type Told } from './context.ts'

const answer = (tell: (isBad: boolean, i: number) => Told, count = 60) =>
  shortcutMetadata.run(
    contextOf(
      picturesOf(count, (i) => {
        const isBad = i % 3 === 0
        const { sample, ...told } = tell(isBad, i)
        return { ...told, sample: { ...(isBad && isAnomalous), ...sample } }
      }),
    ),
    quietTask,
  )

describe('shortcut.metadata', () => {
  it('passes where only chance tells the labels apart', async () => {
    expect(findingsOf(await answer(() => ({})))).toEqual([])
  })

  it.each<[string, string, (isBad: boolean, i: number) => Told]>([
    ['file', 'type JPEG', (isBad) => ({ format: isBad ? 'JPEG' : 'PNG' })],
    ['file', 'time taken', (isBad, i) => ({ takenAt: isBad ? 1e12 + i : i })],
    ['light', 'mean brightness', (isBad, i) => ({ light: { mean: (isBad ? 150 : 120) + (i % 7) } })],
  ])('finds what the %s tells: %s', async (facts, best, tell) => {
    const [finding, ...rest] = findingsOf(await answer(tell))
    expect(rest).toEqual([])
    expect(finding!.evidence).toMatchObject({ facts, permutations: 499 })
    expect(finding!.evidence.auroc).toBeGreaterThan(0.9)
    expect(finding!.title).toContain(best)
  })

  it('takes parts of several images for one witness', async () => {
    // Eight parts of ten images: the four bad ones are larger files by chance of the part, which 1 in 70 deals would do.
    const tell = (_: boolean, i: number): Told => ({
      bytes: i % 8 < 4 ? 20_000 : 10_000,
      sample: { part: `part-${i % 8}`, label: i % 8 < 4 ? 'anomalous' : 'nominal' },
    })
    expect(findingsOf(await answer(tell, 80))).toEqual([])
  })

  it('says what is missing', async () => {
    const pictures = picturesOf(40)
    expect(await shortcutMetadata.run(contextOf(pictures), quietTask)).toMatchObject({
      kind: 'skipped',
      reason: expect.stringContaining('no anomalous images'),
    })
    expect(await answer(() => ({ light: { mean: 100 } }), 4)).toMatchObject({ kind: 'skipped' })
  })
})

it('reads the time from the file, else from a column that is called one', () => {
  const dated = (date: string) => pictureOf(0, { sample: { attributes: { Date: date } } })
  expect(timeOf(pictureOf(0, { takenAt: 5 }))).toBe(5)
  expect(timeOf(dated('2024-05-01'))).toBe(Date.UTC(2024, 4, 1))
  expect(timeOf(dated('17'))).toBe(17)
  expect(timeOf(dated('yesterday'))).toBeNull()
})
