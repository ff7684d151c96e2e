import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CancelledError, InputError, UsageError } from '../../src/errors.ts'
import { planDataset } from '../../src/simulate/plan-dataset.ts'
import { simulateDataset } from '../../src/simulate/simulate-dataset.ts'
import { type SimulateOptions, simulateDefaults } from '../../src/simulate/simulate-options.ts'
import { quietTask, type Task } from '../../src/task.ts'
import { contents, table, tiny, useFolder } from './datasets.ts'

const at = useFolder()
const small = (out: string, more: Partial<SimulateOptions> = {}): SimulateOptions => tiny(at(out), more)
const manifest = (path: string) => table(join(path, 'manifest.csv'))

/** A task that is cancelled after some images. */
function cancelAfter(images: number): Task {
  const controller = new AbortController()
  const update = (done: number) => {
    if (done >= images) controller.abort()
  }
  return { ...quietTask, signal: controller.signal, progress: () => ({ update, end() {} }) }
}

describe('simulateDataset', () => {
  it('writes the same files for any number of workers', async () => {
    const summaries = []
    for (const workers of [0, 1, 2]) {
      summaries.push(await simulateDataset(small(`workers-${workers}`, { workers }), quietTask))
    }
    const [alone, one, two] = await Promise.all([0, 1, 2].map((n) => contents(at(`workers-${n}`))))
    expect(one).toEqual(alone)
    expect(two).toEqual(alone)
    expect(summaries[1]).toEqual(summaries[0])
    expect(Object.keys(alone!).filter((name) => name.startsWith('images/'))).toHaveLength(10)
  })

  it('lists every image with its part, angle and masks, and labels it by what can be seen', async () => {
    const options = small('manifest', { defectiveParts: 6, angles: [0, 180], defects: ['dent'] })
    const summary = await simulateDataset(options, quietTask)
    const rows = await manifest(options.out)
    const files = await contents(options.out)
    expect(Object.keys(rows[0]!)).toEqual(
      'path,label,part,defect,mask,foreground,split,angle,lot,severity,defective_part'.split(','),
    )
    expect(rows).toHaveLength(16)
    for (const row of rows) {
      expect(files).toHaveProperty([row.path!])
      expect(files).toHaveProperty([row.foreground!])
      expect(row.path).toBe(`images/${row.part}_${row.angle}.png`)
      const anomalous = row.label === 'anomalous'
      expect(row.defect).toBe(anomalous ? 'dent' : '')
      expect(row.mask).toBe(anomalous ? row.path!.replace('images', 'masks') : '')
      if (anomalous) {
        expect(files).toHaveProperty([row.mask!])
        expect(row.defective_part).toBe('yes')
        expect(row.split).toBe('test')
      }
    }
    const anomalous = rows.filter(({ label }) => label === 'anomalous')
    expect(summary.images).toEqual({ nominal: 16 - anomalous.length, anomalous: anomalous.length })
    expect(summary.defects).toEqual({ dent: anomalous.length })
    // A dent is on one side: each defective part shows it from one of two opposite stations, or hardly.
    expect(anomalous.length).toBeGreaterThanOrEqual(4)
    expect(
      rows.filter((row) => row.defective_part === 'yes' && row.label === 'nominal').length,
    ).toBeGreaterThan(3)
    expect(Object.keys(files).filter((name) => name.startsWith('masks/'))).toHaveLength(anomalous.length)
  })

  it('shows the defect of every defective part in one of its pictures at least', async () => {
    const options = small('shown', {
      parts: 1,
      defectiveParts: 12,
      imagesPerPart: 4,
      width: 72,
      height: 96,
    })
    await simulateDataset(options, quietTask)
    const rows = await manifest(options.out)
    const parts = new Set(rows.filter((row) => row.defective_part === 'yes').map(({ part }) => part))
    const shown = new Set(rows.filter(({ label }) => label === 'anomalous').map(({ part }) => part))
    expect(parts.size).toBe(12)
    expect([...shown].sort()).toEqual([...parts].sort())
  })

  it('gives other pictures for another seed', async () => {
    await simulateDataset(small('seed-1', { seed: 1, parts: 1, defectiveParts: 0 }), quietTask)
    await simulateDataset(small('seed-2', { seed: 2, parts: 1, defectiveParts: 0 }), quietTask)
    const [one, two] = await Promise.all([contents(at('seed-1')), contents(at('seed-2'))])
    expect(Object.keys(one!)).toEqual(Object.keys(two!))
    expect(one!['images/part-0001_-45.png']).not.toBe(two!['images/part-0001_-45.png'])
  })

  it('stops when told to, and goes on from there without rendering anything twice', async () => {
    const options = small('resumed', { workers: 1 })
    await expect(simulateDataset(options, cancelAfter(3))).rejects.toThrow(CancelledError)
    const before = await readdir(join(options.out, 'images'))
    expect(before.length).toBeGreaterThanOrEqual(3)
    expect(before.length).toBeLessThan(10)
    expect(await readdir(options.out)).not.toContain('manifest.csv')
    const kept = join(options.out, 'images', before[0]!)
    const { mtimeMs } = await stat(kept)
    await simulateDataset(options, quietTask)
    expect((await stat(kept)).mtimeMs).toBe(mtimeMs)
    await simulateDataset(small('uninterrupted'), quietTask)
    expect(await contents(options.out)).toEqual(await contents(at('uninterrupted')))
  })

  it('does nothing when cancelled from the start', async () => {
    const controller = new AbortController()
    controller.abort()
    const options = small('never')
    await expect(simulateDataset(options, { ...quietTask, signal: controller.signal })).rejects.toThrow(
      CancelledError,
    )
    await expect(stat(join(options.out, 'images'))).rejects.toThrow('ENOENT')
  })

  it('leaves a folder alone that holds something else', async () => {
    const options = small('occupied', { parts: 1, defectiveParts: 0, imagesPerPart: 1 })
    await simulateDataset(options, quietTask)
    await expect(simulateDataset({ ...options, seed: 9 }, quietTask)).rejects.toThrow(/other options/)
    await writeFile(at('a-file'), 'x')
    await expect(simulateDataset(small('.'), quietTask)).rejects.toThrow(InputError)
    await expect(simulateDataset(small('a-file'), quietTask)).rejects.toThrow(InputError)
    await writeFile(join(options.out, 'simulate.json'), '{')
    await expect(simulateDataset(options, quietTask)).rejects.toThrow(/not JSON/)
  })

  it.each([
    ['parts', { parts: 0 }],
    ['parts', { parts: 1.5 }],
    ['defectiveParts', { defectiveParts: -1 }],
    ['imagesPerPart', { imagesPerPart: 0 }],
    ['width', { width: 8 }],
    ['height', { height: 9000 }],
    ['angles', { angles: [30, -30] }],
    ['angles', { angles: [0, Number.NaN] }],
    ['seed', { seed: 0.5 }],
    ['workers', { workers: -1 }],
    ['lots', { lots: 0 }],
    ['background', { background: 'moon' as never }],
    ['defects', { defects: ['rust'] }],
    ['defects', { object: 'ring', defects: ['dent'] }],
    ['object', { object: 'spoon' as never }],
    ['did you mean blur', { pathologies: { blurr: 1 } as never }],
    ['known: few-samples', { pathologies: { qqqqqqq: 1 } as never }],
    ['strength from 0 to 1', { pathologies: { blur: 1.5 } }],
    ['strength from 0 to 1', { pathologies: { blur: 'much' as never } }],
    ['at least 2 images', { pathologies: { 'part-scatter': 1 }, imagesPerPart: 1 }],
    ['fixture', { object: 'weave', background: 'plain', pathologies: { background: 1 } }],
    ['defects', { defects: [] }],
  ] satisfies [string, Partial<SimulateOptions>][])('refuses a bad option: %s', async (name, bad) => {
    const attempt = simulateDataset(small('bad', bad), quietTask)
    await expect(attempt).rejects.toThrow(UsageError)
    await expect(attempt).rejects.toThrow(name)
  })
})

describe('planDataset', () => {
  const options = (more: Partial<SimulateOptions> = {}) => ({ ...simulateDefaults, out: 'x', ...more })

  it('is plain data, the same each time', () => {
    const plan = planDataset(options({ parts: 4, defectiveParts: 6 }))
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan)
    expect(planDataset(options({ parts: 4, defectiveParts: 6 }))).toEqual(plan)
  })

  it('spreads stations evenly, and does not take a full turn twice', () => {
    const angles = (imagesPerPart: number, range: readonly [number, number]) =>
      planDataset(options({ parts: 1, defectiveParts: 0, imagesPerPart, angles: range })).map(
        ({ angle }) => angle,
      )
    expect(angles(4, [-45, 45])).toEqual([-45, -15, 15, 45])
    expect(angles(1, [-45, 45])).toEqual([0])
    expect(angles(4, [0, 360])).toEqual([0, 90, 180, 270])
  })

  it('names pictures of the same angle apart', () => {
    const plan = planDataset(options({ parts: 1, defectiveParts: 0, imagesPerPart: 3, angles: [10, 10] }))
    expect(plan.map(({ name }) => name)).toEqual(['part-0001_10', 'part-0001_10-2', 'part-0001_10-3'])
  })

  it('keeps a part in one split and deals the kinds of defects out evenly', () => {
    const plan = planDataset(options())
    const splits = new Map<string, Set<string>>()
    for (const { part, split } of plan) splits.set(part!, (splits.get(part!) ?? new Set()).add(split))
    expect([...splits.values()].every((set) => set.size === 1)).toBe(true)
    const kinds = new Map<string, string>()
    for (const { part, spec } of plan) if (spec.part.defects[0]) kinds.set(part!, spec.part.defects[0].kind)
    const counts = ['dent', 'scratch', 'deformation'].map(
      (kind) => [...kinds.values()].filter((k) => k === kind).length,
    )
    expect(counts).toEqual([10, 10, 10])
  })
})
