/** What the subspace detector has learned, and its file. */
import { z } from 'zod'
import { ModelError } from '../../errors.ts'
import { patchSettings } from '../patches/patch-settings.ts'
import { decodeTensorFile, encodeTensorFile, type TensorFileKind } from '../tensor-file.ts'

const settingsSchema = z.strictObject({
  ...patchSettings,
  join: z.enum(['concat', 'mean']),
  top: z.number().gt(0).max(1),
  sigma: z.number().min(0),
  reach: z.int().min(0),
})
export type SubspaceSettings = z.infer<typeof settingsSchema>

export interface SubspaceModel {
  readonly settings: SubspaceSettings
  /** float32 [dims]. */
  readonly mean: Float32Array
  /** float32 [components, dims], orthonormal rows. */
  readonly components: Float32Array
}

export const subspaceFileName = 'subspace.bin'
const kind: TensorFileKind<SubspaceSettings> = {
  name: subspaceFileName,
  magic: 'PLSS',
  version: 1,
  settings: settingsSchema,
}

export function encodeSubspace({ settings, mean, components }: SubspaceModel): Uint8Array {
  const dims = mean.length
  const tensors = {
    mean: { dtype: 'float32', shape: [dims], data: mean },
    components: { dtype: 'float32', shape: [components.length / dims, dims], data: components },
  } as const
  return encodeTensorFile(kind, { settings, tensors })
}

/** @throws {ModelError} Not such a file, or its sizes disagree. */
export function decodeSubspace(bytes: Uint8Array): SubspaceModel {
  const { settings, tensors } = decodeTensorFile(kind, bytes)
  const { mean, components } = tensors
  const dims = mean?.shape[0] ?? 0
  if (
    !(mean?.data instanceof Float32Array && components?.data instanceof Float32Array) ||
    components.shape.length !== 2 ||
    components.shape[1] !== dims
  ) {
    throw new ModelError(subspaceFileName, 'expected a mean and components of its width')
  }
  return { settings, mean: mean.data, components: components.data }
}
