/** A fitted flow as bytes: `flow.bin` of a model folder. */
import { z } from 'zod'
import { ModelError } from '../../errors.ts'
import { asFloat32, type TensorData, type TensorType, tensor } from '../../graph/index.ts'
import type { AffineLayer } from '../patches/feature-statistics.ts'
import { decodeTensorFile, encodeTensorFile, type TensorFileKind } from '../tensor-file.ts'
import { type FlowShape, flowParameters, scales } from './flow-shape.ts'
import type { PyramidSource } from './pyramid-features.ts'

export const flowFileName = 'flow.bin'

const extent = z.tuple([z.int().min(1), z.int().min(1)])
const shapeSchema = z
  .strictObject({
    channels: z.int().min(2),
    hidden: z.int().min(1),
    kernels: z.array(z.int().min(1)).min(1),
    extents: z.tuple([extent, extent, extent]),
    clamp: z.number().positive(),
  })
  .refine(
    ({ extents }) =>
      scales.every((scale) => extents[scale].every((n, side) => n === extents[2][side]! << (2 - scale))),
    'expected extents that halve from scale to scale',
  )

const settingsSchema = z.strictObject({
  shape: shapeSchema,
  stages: z.array(z.string()).min(1),
  magnify: z.number().positive(),
  scaling: z.enum(['smooth', 'subsampled']),
  unitLength: z.boolean(),
  peakShare: z.number().positive().max(1),
  sigma: z.number().min(0),
})

/** What the flow looks at, and how its latents become scores and maps. */
export interface FlowSettings extends PyramidSource {
  readonly shape: FlowShape
  readonly peakShare: number
  readonly sigma: number
}

export interface FlowModel {
  readonly settings: FlowSettings
  readonly parameters: Readonly<Record<string, TensorData<'float32'>>>
  /** What standardises the features at each scale; null for nothing. */
  readonly layers: readonly AffineLayer[] | null
}

const kind: TensorFileKind<FlowSettings> = {
  name: flowFileName,
  magic: 'PLFL',
  version: 1,
  settings: settingsSchema,
}

/** Tensors of the affine layers, by their names in the file. */
const layerTypes = (channels: number): readonly (readonly [string, TensorType])[] =>
  scales.flatMap((scale) => [
    [`mean${scale}`, { dtype: 'float32', shape: [channels] }] as const,
    [`matrix${scale}`, { dtype: 'float32', shape: [channels, channels] }] as const,
  ])

export function encodeFlow({ settings, parameters, layers }: FlowModel): Uint8Array {
  const arrays = (layers ?? []).flatMap(({ mean, matrix }) => [mean, matrix])
  const named = layerTypes(settings.shape.channels).slice(0, arrays.length)
  return encodeTensorFile(kind, {
    settings: settingsSchema.parse(settings), // in one order, so that equal models are equal bytes
    tensors: {
      ...Object.fromEntries(named.map(([name, { shape }], i) => [name, tensor(arrays[i]!, shape)])),
      ...parameters,
    },
  })
}

/** @throws {ModelError} Not such a file, cut off, or not with the tensors of its shape. */
export function decodeFlow(bytes: Uint8Array): FlowModel {
  const { settings, tensors } = decodeTensorFile(kind, bytes)
  const own = flowParameters(settings.shape)
  const layers = layerTypes(settings.shape.channels)
  const isStandardised = tensors.mean0 !== undefined
  const expected = [...Object.entries(own), ...(isStandardised ? layers : [])]
  for (const [name, { dtype, shape }] of expected) {
    const found = tensors[name]
    if (found?.dtype !== dtype || found.shape.join() !== shape.join()) {
      throw new ModelError(flowFileName, `has no ${name} of ${dtype} [${shape.join(', ')}]`)
    }
  }
  if (Object.keys(tensors).length !== expected.length) {
    throw new ModelError(flowFileName, 'has tensors that do not belong to its shape')
  }
  const array = (name: string) => tensors[name]!.data as Float32Array
  return {
    settings,
    parameters: Object.fromEntries(Object.keys(own).map((name) => [name, asFloat32(tensors[name]!)])),
    layers: isStandardised
      ? scales.map((scale) => ({ mean: array(`mean${scale}`), matrix: array(`matrix${scale}`) }))
      : null,
  }
}
