/**
 * VisA as downloaded (Zou et al. 2022): `candle/Data/Images/{Normal,Anomaly}` and `Data/Masks/Anomaly`, whose labels the folders tell. The
 * kinds of defects are in `candle/image_anno.csv`, the published split in `split_csv/1cls.csv` beside the categories.
 */
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isSystemError } from '../../files/atomic.ts'
import { parseManifest } from '../manifest-rows.ts'
import type { Sample, Split } from '../sample.ts'
import type { Published } from './published.ts'

const place = /[\\/]Data[\\/]Images[\\/](?:Normal|Anomaly)[\\/][^\\/]+$/

export const visa: Published = {
  async describe(_root, samples) {
    if (samples.length === 0 || !samples.every(({ path }) => place.test(path))) return null
    const category = samples[0]!.path.replace(place, '')
    const above = dirname(category)
    const notes: string[] = []
    const kinds = new Map<string, string>()
    const kindsFile = join(category, 'image_anno.csv')
    for (const { image, label } of (await maybeRows(kindsFile)) ?? []) {
      if (image !== undefined && label !== undefined && label !== 'normal')
        kinds.set(
          resolve(above, image),
          label
            .split(',')
            .map((word) => word.trim())
            .join('+'),
        )
    }
    if (kinds.size > 0) notes.push(`Kinds of defects are those of ${kindsFile}.`)
    const splits = new Map<string, Split>()
    const splitsFile = join(above, 'split_csv', '1cls.csv')
    for (const { image, split } of (await maybeRows(splitsFile)) ?? []) {
      if (image !== undefined && (split === 'train' || split === 'test'))
        splits.set(resolve(above, image), split)
    }
    if (splits.size > 0) notes.push(`Splits are those of ${splitsFile}.`)
    return {
      samples: samples.map(
        (sample): Sample => ({
          ...sample,
          split: splits.get(sample.path) ?? sample.split,
          defect: sample.label === 'nominal' ? null : (kinds.get(sample.path) ?? sample.defect),
        }),
      ),
      notes: [`Named as in VisA.`, ...notes],
    }
  },
}

async function maybeRows(path: string): Promise<readonly Readonly<Partial<Record<string, string>>>[] | null> {
  try {
    return parseManifest(path, await readFile(path)).rows.map(({ cells }) => cells)
  } catch (error) {
    if (isSystemError(error)) return null
    throw error
  }
}
