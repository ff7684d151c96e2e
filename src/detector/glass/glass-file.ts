/** Trained networks and what belongs to them as bytes: `glass.bin` of a model folder. */
import { z } from 'zod'
import { ModelError } from '../../errors.ts'
import { asFloat32, showType, type TensorData, type TensorType } from '../../graph/index.ts'
import { named } from '../../present.ts'
import type { Named } from '../score-graph/score-graph.ts'
import { decodeTensorFile, encodeTensorFile, type TensorFileKind } from '../tensor-file.ts'
import { bufferTypes, type Networks, parameterTypes } from './networks.ts'
import { embeddingSchema } from './patch-embedding.ts'

export const glassFileName = 'glass.bin'

const settingsSchema = z.strictObject({
  shape: z.strictObject({
    dims: z.int().min(1),
    hidden: z.int().min(1),
    layers: z.int().min(1),
    adaptor: z.boolean(),
  }),
  stages: z.array(z.string()).min(1),
  embedding: embeddingSchema,
  /** Hypothesis that it was trained under. */
  hypothesis: z.enum(['manifold', 'hypersphere']),
  /** What scores are, and what the blur of the map does at the edge. */
  scale: z.enum(['probability', 'surprisal']),
  edge: z.enum(['renormalise', 'reflect']),
  peaks: z.int().min(1),
  sigma: z.number().min(0),
})

export type GlassSettings = z.infer<typeof settingsSchema>

export interface GlassModel {
  readonly settings: GlassSettings
  readonly networks: Networks
  /** A patch x is judged as (x - mean) * factor; float32 [dims] each. */
  readonly standard: Standardisation
}

export interface Standardisation {
  readonly mean: TensorData
  readonly factor: TensorData
}

const kind: TensorFileKind<GlassSettings> = {
  name: glassFileName,
  magic: 'PLGL',
  version: 1,
  settings: settingsSchema,
}

const typesOf = ({ shape }: GlassSettings): Named<TensorType> => ({
  ...prefixed('parameters', parameterTypes(shape)),
  ...prefixed('buffers', bufferTypes(shape)),
  'standard/mean': { dtype: 'float32', shape: [shape.dims] },
  'standard/factor': { dtype: 'float32', shape: [shape.dims] },
})

export function encodeGlass({ settings, networks, standard }: GlassModel): Uint8Array {
  const tensors = {
    ...prefixed('parameters', networks.parameters),
    ...prefixed('buffers', networks.buffers),
    ...prefixed('standard', { ...standard }),
  }
  return encodeTensorFile(kind, { settings, tensors })
}

/** @throws {ModelError} As `decodeTensorFile`, and tensors that are not those of the networks. */
export function decodeGlass(bytes: Uint8Array): GlassModel {
  const { settings, tensors } = decodeTensorFile(kind, bytes)
  const types = typesOf(settings)
  for (const [name, type] of Object.entries(types)) {
    const found = tensors[name]
    if (found === undefined || showType(found) !== showType(type)) {
      const what = found === undefined ? 'none' : showType(found)
      throw new ModelError(glassFileName, `${name}: expected ${showType(type)}, found ${what}`)
    }
  }
  const under = (group: string): Named<TensorData<'float32'>> =>
    Object.fromEntries(
      Object.keys(types)
        .filter((name) => name.startsWith(`${group}/`))
        .map((name) => [name.slice(group.length + 1), asFloat32(tensors[name]!)]),
    )
  const standard = under('standard')
  return {
    settings,
    networks: { parameters: under('parameters'), buffers: under('buffers') },
    standard: { mean: named(standard, 'mean'), factor: named(standard, 'factor') },
  }
}

const prefixed = <T>(group: string, tensors: Named<T>): Named<T> =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [`${group}/${name}`, value]))
