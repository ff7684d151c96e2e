/** Which files a model consists of, and whether they are there. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelError } from '../../errors.ts'
import { isSystemError, systemReason } from '../../files/atomic.ts'
import { type ModelName, modelFolder } from './model-name.ts'
import type { Precision } from './settings.ts'

export type Role = 'detector' | 'masks'

const suffixes: Readonly<Record<Precision, string>> = { fp32: '', fp16: '_fp16', q8: '_quantized', q4: '_q4' }

const settingsFiles: Readonly<Record<Role, readonly string[]>> = {
  detector: ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'],
  masks: ['config.json', 'preprocessor_config.json'],
}
const networks: Readonly<Record<Role, readonly string[]>> = {
  detector: ['model'],
  masks: ['vision_encoder', 'prompt_encoder_mask_decoder'],
}

/** Files that must be there, relative to the model's folder, with `/`. */
export const neededFiles = (role: Role, precision: Precision): string[] => [
  ...settingsFiles[role],
  ...networks[role].map((name) => `onnx/${name}${suffixes[precision]}.onnx`),
]

/** Of the names of a model's files, those of weights that lie beside their network because they are large. */
export function weightFiles(needed: readonly string[], names: readonly string[]): string[] {
  return names.filter((name) => {
    const [, network] = /^(onnx\/.+\.onnx)_data(?:_\d+)?$/.exec(name) ?? []
    return network !== undefined && needed.includes(network)
  })
}

/** Which of the needed files are not there. @throws {ModelError} The folder cannot be read. */
export async function missingFiles(folder: string, needed: readonly string[]): Promise<string[]> {
  const names = await namesIn(folder)
  return needed.filter((name) => !names.includes(name))
}

/**
 * All files that are read when the model is loaded.
 *
 * @throws {ModelError} One is missing: which, and how to get it.
 */
export async function filesOfModel(
  root: string,
  model: ModelName,
  role: Role,
  precision: Precision,
): Promise<string[]> {
  const folder = modelFolder(root, model)
  const needed = neededFiles(role, precision)
  const [missing] = await missingFiles(folder, needed)
  if (missing !== undefined) {
    throw new ModelError(
      join(folder, missing),
      `is missing; ${model.id} consists of ${needed.join(', ')}: copy them from https://huggingface.co/${model.id}, or let --allow-download fetch what is missing`,
    )
  }
  return [...needed, ...weightFiles(needed, await namesIn(folder))].sort()
}

/** Names in the folder and in its `onnx`; none where there is no folder. */
async function namesIn(folder: string): Promise<string[]> {
  const top = await namesOf(folder)
  return [...top, ...(await namesOf(join(folder, 'onnx'))).map((name) => `onnx/${name}`)]
}

async function namesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    if (cause.code === 'ENOENT') return []
    throw new ModelError(folder, `cannot be read: ${systemReason(cause)}`, { cause })
  }
}
