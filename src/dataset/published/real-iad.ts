/**
 * Real-IAD (Wang et al. 2024): `OK/S0001/audiojack_0001_OK_C1_20230922103117.jpg`, `NG/<kind>/S0001/...` with masks beside. Five cameras
 * look at one part, so the folder `S0001` is the part and `C1` the view. The splits lie in JSON files two folders further up.
 */
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { InputError } from '../../errors.ts'
import { readJson } from '../../files/read-json.ts'
import { folderOf } from '../listing.ts'
import type { Sample, Split } from '../sample.ts'
import type { Published } from './published.ts'

const name = /^(?:OK|NG\/[^/]+)\/S\d+\/.*_(C\d)_\d{14}\.\w+$/

const entries = z.array(z.looseObject({ image_path: z.string() }))
const splitsSchema = z.looseObject({ train: entries, test: entries })

export const realIad: Published = {
  async describe(root, samples) {
    if (samples.length === 0 || !samples.every(({ id }) => name.test(id))) return null
    const { splits, from } = await readSplits(root)
    return {
      samples: samples.map((sample): Sample => {
        const { folder: _, ...attributes } = sample.attributes
        return {
          ...sample,
          part: folderOf(sample.id),
          split: splits.get(sample.id) ?? null,
          attributes: { ...attributes, view: name.exec(sample.id)?.[1] ?? '' },
        }
      }),
      notes: [
        'Named as in Real-IAD: a folder S0001 is one part, seen by up to five cameras (column view).',
        from === null
          ? `No realiad_jsons/${basename(root)}.json was found above the folder: the published splits are not known.`
          : `Splits are those of ${from}.`,
      ],
    }
  },
}

async function readSplits(root: string): Promise<{ splits: Map<string, Split>; from: string | null }> {
  const splits = new Map<string, Split>()
  const file = `${basename(root)}.json`
  for (const above of [root, dirname(root), dirname(dirname(root))]) {
    for (const inner of ['', 'realiad_jsons', 'realiad_jsons/realiad_jsons']) {
      const path = join(above, inner, file)
      const parsed = await maybeJson(path)
      if (parsed === null) continue
      for (const { image_path: image } of parsed.train) splits.set(image, 'train')
      for (const { image_path: image } of parsed.test) splits.set(image, 'test')
      return { splits, from: path }
    }
  }
  return { splits, from: null }
}

async function maybeJson(path: string): Promise<z.infer<typeof splitsSchema> | null> {
  try {
    return await readJson(path, splitsSchema)
  } catch (error) {
    if (error instanceof InputError) return null // not there, or another file of this name
    throw error
  }
}
