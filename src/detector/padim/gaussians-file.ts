/** Fitted Gaussians as bytes: `gaussians.bin` of a model folder. */
import { z } from 'zod'
import { ModelError } from '../../errors.ts'
import { tensor } from '../../graph/index.ts'
import type { Gaussians } from '../../math/gaussians.ts'
import { decodeTensorFile, encodeTensorFile } from '../tensor-file.ts'

export const gaussiansFileName = 'gaussians.bin'

/** `width` is that of the whole embedding, `kept` which of its dimensions count. */
const settingsSchema = z.strictObject({
  stages: z.array(z.string()).min(1),
  stride: z.int().min(1),
  unitLength: z.boolean(),
  neighbourhood: z.int().min(1),
  rows: z.int().min(1),
  cols: z.int().min(1),
  width: z.int().min(1),
  kept: z.array(z.int().min(0)).min(1),
  sigma: z.number().min(0),
})
export type PadimSettings = z.infer<typeof settingsSchema>

export interface PadimModel {
  readonly settings: PadimSettings
  /** Of each position of the grid. */
  readonly gaussians: Gaussians
}

const kind = { name: gaussiansFileName, magic: 'PLPD', version: 1, settings: settingsSchema }

export function encodeGaussians({ settings, gaussians: { means, whitening } }: PadimModel): Uint8Array {
  return encodeTensorFile(kind, {
    settings,
    tensors: { means: tensor(means, [means.length]), whitening: tensor(whitening, [whitening.length]) },
  })
}

/** @throws {ModelError} Not such a file, cut off, or not with the Gaussians that its header says. */
export function decodeGaussians(bytes: Uint8Array): PadimModel {
  const { settings, tensors } = decodeTensorFile(kind, bytes)
  const [means, whitening] = [tensors.means?.data, tensors.whitening?.data]
  const size = (settings.rows * settings.cols + 1) * settings.kept.length
  const isOwn = (data: unknown, ...sizes: number[]): data is Float32Array =>
    data instanceof Float32Array && sizes.includes(data.length)
  const isKept = settings.kept.every((dim) => dim < settings.width)
  if (!isKept || !isOwn(means, size) || !isOwn(whitening, size, size * settings.kept.length)) {
    throw new ModelError(gaussiansFileName, 'holds Gaussians of other sizes than its header says')
  }
  return { settings, gaussians: { means, whitening } }
}
