/** `plan` on stripes: what it says, what it leaves, and how it goes on after an interruption. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { CancelledError, InputError, StatisticalError, UsageError } from '../../../src/errors.ts'
import { planDataset } from '../../../src/pipeline.ts'
import { quietTask, type Task } from '../../../src/task.ts'
import { type Plan, planSchema } from '../../../src/wire/plan.ts'
import { makeStripedDataset } from '../../e2e/striped-dataset.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { meanGrey } from '../../inspect/fake-detector.ts'

const folder = temporaryFolder()
let dataset = ''
const asked = () => ({
  ...{ backbone: 'filterbank', size: { width: 32, height: 32 }, cache: null, threads: 1 },
  ...{ dataset, detector: meanGrey, folds: 2, draws: 2 },
})
/** Fires when so many detectors are fitted. */
function stoppedAfter(detectors: number): Task {
  const controller = new AbortController()
  return {
    ...quietTask,
    signal: controller.signal,
    progress: (label) => ({
      update: (done) => {
        if (label === 'learning curve' && done >= detectors) controller.abort()
      },
      end() {},
    }),
  }
}
const fitted: number[] = []
const counting = {
  ...meanGrey,
  fit: (...[input, options]: Parameters<typeof meanGrey.fit>) => {
    fitted.push(input.samples.length)
    return meanGrey.fit(input, options)
  },
}

beforeAll(async () => {
  dataset = await makeStripedDataset({ nominal: 60, anomalous: 24, masks: false }, join(folder, 'data'))
}, 60_000)

describe('plan', () => {
  const out = join(folder, 'plan')
  let plan: Plan

  it('says in sentences, in a page and in a document what more photographs would buy', async () => {
    plan = await planDataset({ ...asked(), out })
    expect(planSchema.parse(JSON.parse(readFileSync(join(out, 'plan.json'), 'utf8')))).toEqual(plan)
    expect(plan.answer[0]).toMatch(/good photographs/)
    expect(plan.answer.join(' ')).toContain(
      'To prove an escape rate below 1 % at 95 % confidence you need 299 defective parts with none missed (473 with one missed)',
    )
    const page = readFileSync(join(out, 'plan.html'), 'utf8')
    for (const id of ['good-auroc', 'good-rates', 'defective-widths']) expect(page).toContain(`id="${id}"`)
    expect(page).not.toMatch(/<script|https?:\/\//)
  }, 120_000)

  it('says at what it looked, where that is tiles', async () => {
    const tiled = await planDataset({ ...asked(), tiles: { width: 32, height: 32 } })
    expect(planSchema.parse(tiled).input.tiles).toMatchObject({ width: 32, height: 32 })
  }, 120_000)

  it('fits as many detectors as it says, each on its number of good units', () => {
    const measured = plan.nominal.points.filter(({ isMeasured }) => isMeasured)
    const now = plan.nominal.now
    expect(measured.map(({ supports }) => supports)).toEqual([...measured.slice(1).map(() => 4), 2])
    expect(measured.at(-1)!.units).toBe(now)
    expect(plan.protocol).toMatchObject({ folds: 2, draws: 2, unit: 'image', level: 'image' })
  })

  it('leaves nothing but its two files, and nothing at all without a folder', async () => {
    expect(readdirSync(out).sort()).toEqual(['.plumbline', 'plan.html', 'plan.json'])
    const before = readdirSync(folder)
    const { seconds: _, command: _command, createdAt: _at, ...same } = await planDataset(asked())
    const { seconds: _s, command: _c, createdAt: _a, ...first } = plan
    expect(same).toEqual(first)
    expect(readdirSync(folder)).toEqual(before)
  }, 120_000)

  it.each(['folder', 'cache'])(
    'goes on where it was interrupted, from its %s',
    async (where) => {
      const own = join(folder, `stopped-${where}`)
      const kept = where === 'folder' ? { out: own } : { cache: own }
      const ask = { ...asked(), detector: counting, ...kept }
      fitted.length = 0
      await expect(planDataset(ask, stoppedAfter(5))).rejects.toThrow(CancelledError)
      const before = fitted.length
      expect(before).toBeGreaterThanOrEqual(5)
      const again = await planDataset(ask)
      const all = again.nominal.points.reduce((sum, { supports }) => sum + supports, 0)
      expect(fitted.length).toBeLessThanOrEqual(all + 1)
      expect(again.nominal).toEqual(plan.nominal)
      const rest = where === 'folder' ? join(own, 'resume') : join(own, 'plans')
      expect(existsSync(rest) ? readdirSync(rest) : []).toEqual([])
    },
    120_000,
  )

  it('names a record that is damaged', async () => {
    const own = join(folder, 'damaged')
    const ask = { ...asked(), out: own }
    await expect(planDataset(ask, stoppedAfter(2))).rejects.toThrow(CancelledError)
    const records = readdirSync(own, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('record.json'),
    )
    expect(records.length).toBeGreaterThan(0)
    writeFileSync(join(own, records[0]!), '{')
    await expect(planDataset(ask)).rejects.toThrow(InputError)
  }, 120_000)

  it('takes another seed or detector for another plan', async () => {
    const own = join(folder, 'other')
    await expect(planDataset({ ...asked(), out: own }, stoppedAfter(4))).rejects.toThrow(CancelledError)
    fitted.length = 0
    const other = await planDataset({ ...asked(), detector: counting, seed: 1, out: own })
    const all = other.nominal.points.reduce((sum, { supports }) => sum + supports, 0)
    expect(fitted).toHaveLength(all)
  }, 120_000)

  it('refuses too few, and says what can be said without any', async () => {
    const small = await makeStripedDataset({ nominal: 20, anomalous: 5, masks: false }, join(folder, 'small'))
    const refused = planDataset({ ...asked(), dataset: small, maxEscape: 0.05 })
    await expect(refused).rejects.toThrow(StatisticalError)
    await expect(refused).rejects.toThrow(/Sufficient: 20 anomalous/)
    await expect(refused).rejects.toThrow(/below 5 % at 95 % confidence you need 59 defective parts/)
    const scarce = planDataset({ ...asked(), minTrain: 0.05 })
    await expect(scarce).resolves.toBeDefined()
    const few = await makeStripedDataset({ nominal: 26, anomalous: 24, masks: false }, join(folder, 'few'))
    await expect(planDataset({ ...asked(), dataset: few, minTrain: 0.2 })).rejects.toThrow(
      /Too few good units for a learning curve: 6 train/,
    )
  }, 120_000)

  it('refuses claims that are no shares, and a folder of somebody else', async () => {
    await expect(planDataset({ ...asked(), maxEscape: 0 })).rejects.toThrow(UsageError)
    await expect(planDataset({ ...asked(), confidence: 1 })).rejects.toThrow(UsageError)
    await expect(planDataset({ ...asked(), out: folder })).rejects.toThrow(UsageError)
  })
})
