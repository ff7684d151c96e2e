/** A model folder as one ONNX file with its parity check: which pictures it is proved on, and where it goes. */
import { openDataset } from '../../dataset/open-dataset.ts'
import { surveyPixels } from '../../dataset/survey-pixels.ts'
import { UsageError } from '../../errors.ts'
import { exportModel as exportFolder } from '../../export/export-model.ts'
import { decodeImage } from '../../image/decode-image.ts'
import type { Image } from '../../image/image.ts'
import { makeRequest } from '../../options/request.ts'
import { type ExportOptions, exportAsk } from '../../options/requests/export.ts'
import { quietTask, type Task } from '../../task.ts'
import type { Parity } from '../../wire/parity.ts'
import { refuseForeignFolder } from '../folder/claim-folder.ts'

/** Good images that fixtures near the threshold are made of. */
const mostPictures = 4

/**
 * @throws {ModelError} The model, or the exported one does not give what this program gives: nothing is written then.
 * @throws {UsageError} @throws {InputError} @throws {CancelledError}
 */
export async function exportModel(options: ExportOptions, task: Task = quietTask): Promise<Parity> {
  const request = await makeRequest(exportAsk, options)
  const { model, out, input, batch, precision, dataset, weights, threads } = request
  if (precision !== 'float32') {
    throw new UsageError(`--precision ${precision}: this version exports float32 alone`)
  }
  await refuseForeignFolder(out, 'export')
  const pictures = dataset === null ? [] : await somePictures(dataset, task)
  return exportFolder(
    model,
    out,
    {
      input: typeof input === 'string' ? { kind: input } : { kind: 'fixed', size: input },
      batch: batch === 'dynamic' ? null : batch,
      weights,
      threads,
      pictures,
    },
    task,
  )
}

async function somePictures(path: string, task: Task): Promise<readonly Image[]> {
  const { samples } = await openDataset(path, { task })
  const nominal = samples.filter(({ label }) => label === 'nominal').slice(0, mostPictures)
  const read = await surveyPixels(nominal, { range: null, page: null }, task)
  return Promise.all(read.samples.map(({ path: file, reading }) => decodeImage(file, reading)))
}
