/** What AnomalyDINO has learned, and its file. */
import { z } from 'zod'
import { ModelError } from '../../errors.ts'
import { patchSettings } from '../patches/patch-settings.ts'
import { decodeTensorFile, encodeTensorFile, type TensorFileKind } from '../tensor-file.ts'

const settingsSchema = z.strictObject({
  ...patchSettings,
  neighbours: z.int().min(1),
  top: z.number().gt(0).max(1),
  mask: z.enum(['on', 'off', 'paper']),
  maskThreshold: z.number(),
  sigma: z.number().min(0),
})
export type AnomalydinoSettings = z.infer<typeof settingsSchema>

export interface AnomalydinoModel {
  readonly settings: AnomalydinoSettings
  readonly dims: number
  /** float32 [rows, dims], each of length 1. */
  readonly bank: Float32Array
}

export const anomalydinoFileName = 'anomalydino.bin'
const kind: TensorFileKind<AnomalydinoSettings> = {
  name: anomalydinoFileName,
  magic: 'PLAD',
  version: 1,
  settings: settingsSchema,
}

export function encodeAnomalydino({ settings, dims, bank }: AnomalydinoModel): Uint8Array {
  const tensors = { bank: { dtype: 'float32', shape: [bank.length / dims, dims], data: bank } } as const
  return encodeTensorFile(kind, { settings, tensors })
}

/** @throws {ModelError} Not such a file, or its sizes disagree. */
export function decodeAnomalydino(bytes: Uint8Array): AnomalydinoModel {
  const { settings, tensors } = decodeTensorFile(kind, bytes)
  const { bank } = tensors
  const [rows = 0, dims = 0] = bank?.shape ?? []
  if (!(bank?.data instanceof Float32Array) || rows < 1 || dims < 1) {
    throw new ModelError(anomalydinoFileName, 'expected a bank of patches')
  }
  return { settings, dims, bank: bank.data }
}
