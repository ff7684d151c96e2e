/** What the manifest says of a sick dataset, what the truth says, and what lies on disk. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDataset } from '../../src/dataset/open-dataset.ts'
import { decodeImage } from '../../src/image/decode-image.ts'
import { decodeMask } from '../../src/image/decode-mask.ts'
import { findImageFormat } from '../../src/image/image-format.ts'
import { pathologyNames } from '../../src/simulate/pathologies/pathology-names.ts'
import { simulateDataset } from '../../src/simulate/simulate-dataset.ts'
import { seriesDefaults, simulateSeries, smallDataset } from '../../src/simulate/simulate-series.ts'
import { quietTask } from '../../src/task.ts'
import { contents, table, tiny, useFolder } from './datasets.ts'
import { countPixels } from './specs.ts'

const at = useFolder()
const none = Object.fromEntries(pathologyNames.map((name) => [name, 0]))

describe('a simulated dataset with pathologies', () => {
  it('is byte for byte the healthy one at strength 0', async () => {
    await simulateDataset(tiny(at('healthy'), { object: 'ring' }), quietTask)
    await simulateDataset(tiny(at('zero'), { object: 'ring', pathologies: none }), quietTask)
    expect(await contents(at('zero'))).toEqual(await contents(at('healthy')))
  })

  it('says of a healthy dataset that nothing was done to it', async () => {
    await simulateDataset(tiny(at('sound'), { object: 'plate' }), quietTask)
    const [truth, manifest] = await Promise.all(
      ['truth.csv', 'manifest.csv'].map((name) => table(at(`sound/${name}`))),
    )
    truth!.forEach((row, i) => {
      const known = manifest![i]!
      expect(row).toEqual({
        path: known.path,
        true_label: known.label,
        true_part: known.part,
        true_defect: known.defect,
        true_mask: known.mask,
        copy_of: '',
        pathologies: '',
      })
    })
  })

  it('tells the truth only in truth.csv, and no reader of the manifest is fed it', async () => {
    const out = at('hidden')
    const pathologies = {
      'contaminated-train': 1,
      'hidden-parts': 1,
      'near-duplicates': 1,
      'part-scatter': 1,
    }
    const summary = await simulateDataset(tiny(out, { parts: 12, seed: 2, pathologies }), quietTask)
    const [manifest, truth] = [await table(join(out, 'manifest.csv')), await table(join(out, 'truth.csv'))]
    expect(truth.map(({ path }) => path)).toEqual(manifest.map(({ path }) => path))

    const unknown = manifest.flatMap((row, i) =>
      row.label === 'nominal' && truth[i]!.true_label === 'anomalous' ? [{ row, known: truth[i]! }] : [],
    )
    expect(unknown.length).toBeGreaterThan(0)
    for (const { row, known } of unknown) {
      expect(row).toMatchObject({ defect: '', mask: '', severity: '', defective_part: 'no' })
      expect(known.true_mask).toMatch(/^truth\//)
      expect(known.true_defect).not.toBe('')
      const mask = await decodeMask(await readFile(join(out, known.true_mask!)))
      expect(countPixels(mask)).toBeGreaterThan(0)
    }
    expect(manifest.every(({ part, path }) => part === '' && path!.startsWith('images/image-'))).toBe(true)
    // Two images of most parts, and copies.
    expect(new Set(truth.map(({ true_part }) => true_part)).size).toBe(15)
    const copies = truth.filter(({ copy_of }) => copy_of !== '')
    expect(copies.length).toBe(summary.pathologies['near-duplicates'])
    for (const { copy_of, true_part } of copies) {
      const original = truth.find(({ path }) => path === `images/${copy_of}.png`)!
      expect(original.true_part).toBe(true_part)
    }

    const { samples, issues } = await openDataset(out, {})
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(samples).toHaveLength(truth.length)
    for (const { attributes, part } of samples) {
      expect(part).toBeNull()
      expect(Object.keys(attributes)).toEqual(expect.not.arrayContaining(Object.keys(truth[0]!)))
      expect(JSON.stringify(attributes)).not.toMatch(/part-\d/)
    }
  })

  it('stores as JPEG what is anomalous, and finishes what was begun', async () => {
    const options = tiny(at('jpeg'), { object: 'weave', pathologies: { 'file-type': 1 } })
    await simulateDataset(options, quietTask)
    const before = await contents(options.out)
    for (const { path, label } of await table(join(options.out, 'manifest.csv'))) {
      const format = findImageFormat(Buffer.from(before[path!]!, 'base64'))
      expect([format, path!.slice(-4)]).toEqual(label === 'anomalous' ? ['JPEG', '.jpg'] : ['PNG', '.png'])
    }
    await simulateDataset(options, quietTask)
    expect(await contents(options.out)).toEqual(before)
  })

  it('damages as many files as it says, and those that it says', async () => {
    const options = tiny(at('damaged'), { object: 'weave', parts: 15, pathologies: { unreadable: 1 } })
    const summary = await simulateDataset(options, quietTask)
    const outcomes = await Promise.all(
      (await table(join(options.out, 'truth.csv'))).map(async ({ path, pathologies }) => {
        const outcome = decodeImage(await readFile(join(options.out, path!)))
        const isRead = await outcome.then(
          () => true,
          () => false,
        )
        return [isRead, pathologies !== 'unreadable']
      }),
    )
    for (const [isRead, isWhole] of outcomes) expect(isRead).toBe(isWhole)
    expect(outcomes.filter(([isRead]) => !isRead)).toHaveLength(4)
    expect(summary.pathologies).toEqual({ unreadable: 4 })
  })

  it('names what was done only because the picture is anomalous for anomalous pictures only', async () => {
    const out = at('tied')
    const pathologies = { background: 1, blur: 1 }
    const summary = await simulateDataset(tiny(out, { object: 'weave', pathologies }), quietTask)
    const truth = await table(join(out, 'truth.csv'))
    for (const row of truth) {
      expect(row.pathologies!.includes('background')).toBe(row.true_label === 'anomalous')
    }
    expect(summary.pathologies.background).toBe(summary.images.anomalous)
  })
})

describe('simulateSeries', () => {
  it.each([0, 2])('writes what simulateDataset writes, with %d workers', async (workers) => {
    const recipes = [{}, { background: 1, brightness: 1 }, { blur: 1, glare: 1 }, { 'free-pose': 1 }, {}]
    const few = { imagesPerPart: 1, width: 48, height: 64 } as const
    const series = recipes.map((pathologies, i) =>
      tiny(at(`series-${workers}-${i}`), { ...few, pathologies }),
    )
    for await (const { options, summary } of simulateSeries(series, quietTask, {
      ...seriesDefaults,
      workers,
    })) {
      const alone = { ...options, out: `${options.out}-alone` }
      expect(summary).toEqual(await simulateDataset(alone, quietTask))
      expect(await contents(options.out)).toEqual(await contents(alone.out))
    }
  })

  it('has enough parts in a small dataset for the protocol, and few pictures', () => {
    const { parts, defectiveParts, imagesPerPart } = smallDataset('x', {
      seed: 0,
      object: 'link',
      pathologies: {},
    })
    expect(defectiveParts).toBeGreaterThanOrEqual(20)
    expect((parts + defectiveParts) * imagesPerPart).toBeLessThanOrEqual(120)
  })
})
