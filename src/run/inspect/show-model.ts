/** The card of a model, every file of the folder verified; as a page too, where one is asked for. */
import { loadModel } from '../../detector/model-folder.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { readTrustedKey } from '../../files/signature.ts'
import { makeRequest } from '../../options/request.ts'
import { modelAsk, type ShowModelOptions } from '../../options/requests/model.ts'
import { modelPage } from '../../report/model-page.ts'
import type { ModelCard } from '../../wire/model.ts'

/** @throws {ModelError} The folder is not what it should be. @throws {InputError} The page cannot be written. */
export async function showModel(options: ShowModelOptions): Promise<ModelCard> {
  const { model, report, trust } = await makeRequest(modelAsk, options)
  const { card } = await loadModel(model, trust === null ? null : await readTrustedKey(trust))
  if (report !== null) await writeFileAtomic(report, modelPage(model, card))
  return card
}
