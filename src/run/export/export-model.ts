/** A model folder as one ONNX file with its parity check: which pictures it is proved on, and where it goes. */
import { exportModel as exportFolder } from '../../export/export-model.ts'
import { makeRequest } from '../../options/request.ts'
import { type ExportOptions, exportAsk } from '../../options/requests/export.ts'
import { quietTask, type Task } from '../../task.ts'
import type { Parity } from '../../wire/parity.ts'
import { refuseForeignFolder } from '../folder/claim-folder.ts'
import { keptPictures, somePictures } from './good-pictures.ts'
import { measurePrecision } from './measure-precision.ts'

/**
 * @throws {ModelError} The model, or the exported one does not give what this program gives; or a lower precision turns too many
 *   verdicts: nothing is written then.
 * @throws {UsageError} @throws {InputError} @throws {CancelledError}
 */
export async function exportModel(options: ExportOptions, task: Task = quietTask): Promise<Parity> {
  const request = await makeRequest(exportAsk, options)
  const { model, out, input, batch, precision, dataset, weights, threads, pixels } = request
  await refuseForeignFolder(out, 'export')
  const pictures = dataset === null ? await keptPictures(model) : await somePictures(dataset, task)
  return exportFolder(
    model,
    out,
    {
      input: typeof input === 'string' ? { kind: input } : { kind: 'fixed', size: input },
      batch: batch === 'dynamic' ? null : batch,
      pixels,
      weights,
      threads,
      pictures,
      precision,
      loss: precision === 'float32' ? null : await measurePrecision(request, precision, task),
    },
    task,
  )
}
