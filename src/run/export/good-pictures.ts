/** Good pictures of what a model learnt: fixtures near the threshold are made of them, and ranges of int8 are seen on them. */
import { openDataset } from '../../dataset/open-dataset.ts'
import { surveyPixels } from '../../dataset/survey-pixels.ts'
import { readFixtures } from '../../detector/model-fixtures.ts'
import { loadModel } from '../../detector/model-folder.ts'
import { decodeImage } from '../../image/decode-image.ts'
import type { Image } from '../../image/image.ts'
import type { Task } from '../../task.ts'

/** More see hardly more. */
const mostPictures = 32

/** Spread over the dataset. */
export async function somePictures(path: string, task: Task): Promise<readonly Image[]> {
  const { samples } = await openDataset(path, { task })
  const nominal = samples.filter(({ label }) => label === 'nominal')
  const step = Math.max(1, Math.floor(nominal.length / mostPictures))
  const some = nominal.filter((_, i) => i % step === 0).slice(0, mostPictures)
  const read = await surveyPixels(some, { range: null, page: null }, task)
  return Promise.all(read.samples.map(({ path: file, reading }) => decodeImage(file, reading)))
}

/** Training images that the model itself holds; none where it was made with `--no-fixtures`. @throws {ModelError} */
export async function keptPictures(model: string): Promise<readonly Image[]> {
  const pictures: Image[] = []
  const { card } = await loadModel(model)
  for await (const { image } of readFixtures(model, card)) {
    pictures.push(image)
    if (pictures.length === mostPictures) break
  }
  return pictures
}
