/** What `serve.bench.ts` judges: a model of a camera's pictures, and pictures that it has not seen. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeJpeg } from '../src/image/encode-image.ts'
import type { Size } from '../src/image/image.ts'
import { resizeBilinear } from '../src/image/resize-bilinear.ts'
import { trainModel } from '../src/pipeline.ts'
import { stripes } from '../src/testing/striped-image.ts'

const camera = { width: 1280, height: 1024 }

/** JPEG. */
const photograph = async (seed: number, hasDefect: boolean, size: Size): Promise<Uint8Array> =>
  encodeJpeg(resizeBilinear(stripes(seed, hasDefect, 320, 256), size))

/** As the station gets them from a camera; one in eight shows a defect. */
export const photographs = (count: number, size: Size = camera): Promise<readonly Uint8Array[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => photograph(1000 + i, i % 8 === 7, size)))

/** @returns A dataset of `good` and `dent`. */
export async function writeDataset(folder: string, nominal: number, anomalous: number): Promise<string> {
  for (const [name, count] of Object.entries({ good: nominal, dent: anomalous })) {
    await mkdir(join(folder, name), { recursive: true })
    for (let i = 0; i < count; i++)
      await writeFile(join(folder, name, `${i}.jpg`), await photograph(i, name === 'dent', camera))
  }
  return folder
}

/** PatchCore on `mobilenet_v2` at 256 px, by `train`. @returns Its folder. */
export async function trainedModel(home: string): Promise<string> {
  const out = join(home, 'model')
  await trainModel({
    ...{ dataset: await writeDataset(join(home, 'trained-on'), 40, 4), out },
    ...{ detector: 'patchcore', backbone: 'mobilenet_v2', size: { width: 256, height: 256 } },
    cache: join(home, 'cache'),
  })
  return out
}
