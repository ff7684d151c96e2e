/** A fitted flow as bytes: `flow.bin` of a model folder. */
import { z } from 'zod'
import { ModelError } from '../../errors.ts'
import { type TensorData, tensor } from '../../graph/tensor.ts'
import { decodeTensorFile, encodeTensorFile, type TensorFileKind } from '../tensor-file.ts'
import { type FlowShape, flowParameters, scales } from './flow-shape.ts'
import type { PyramidSource } from './pyramid-features.ts'
import type { ChannelStatistics } from './standardise.ts'

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
  readonly parameters: Readonly<Record<string, TensorData>>
  /** For each scale. */
  readonly statistics: readonly ChannelStatistics[]
}

const kind: TensorFileKind<FlowSettings> = {
  name: flowFileName,
  magic: 'PLFL',
  version: 1,
  settings: settingsSchema,
}

const statisticNames = ['mean', 'deviation'] as const

export function encodeFlow({ settings, parameters, statistics }: FlowModel): Uint8Array {
  const named = statistics.flatMap((each, scale) =>
    statisticNames.map((name) => [`${name}${scale}`, tensor(each[name], [each[name].length])] as const),
  )
  return encodeTensorFile(kind, {
    settings: settingsSchema.parse(settings), // in one order, so that equal models are equal bytes
    tensors: { ...Object.fromEntries(named), ...parameters },
  })
}

/** @throws {ModelError} Not such a file, cut off, or not with the tensors of its shape. */
export function decodeFlow(bytes: Uint8Array): FlowModel {
  const { settings, tensors } = decodeTensorFile(kind, bytes)
  const { channels } = settings.shape
  const expected = new Map(Object.entries(flowParameters(settings.shape)))
  for (const scale of scales) {
    for (const name of statisticNames)
      expected.set(`${name}${scale}`, { dtype: 'float32', shape: [channels] })
  }
  for (const [name, { dtype, shape }] of expected) {
    const found = tensors[name]
    if (found?.dtype !== dtype || found.shape.join() !== shape.join()) {
      throw new ModelError(flowFileName, `has no ${name} of ${dtype} [${shape.join(', ')}]`)
    }
  }
  if (Object.keys(tensors).length !== expected.size) {
    throw new ModelError(flowFileName, 'has tensors that do not belong to its shape')
  }
  const statistic = (name: string, scale: number) => tensors[`${name}${scale}`]!.data as Float32Array
  return {
    settings,
    parameters: Object.fromEntries(
      Object.keys(flowParameters(settings.shape)).map((name) => [name, tensors[name]!]),
    ),
    statistics: scales.map((scale) => ({
      mean: statistic('mean', scale),
      deviation: statistic('deviation', scale),
    })),
  }
}
