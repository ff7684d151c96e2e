/** Weights that code makes instead of a file. */
import { createHash } from 'node:crypto'
import { ModelError } from '../errors.ts'
import type { WeightTensors } from './weight-tensors.ts'

export interface MadeTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array
}

export interface MadeWeights {
  readonly weights: WeightTensors
  /** `sha256:…` of names, shapes and numbers (little-endian float32), in the order in which they are made. */
  readonly id: string
}

export function madeWeights(
  origin: string,
  tensors: readonly MadeTensor[],
  metadata: Readonly<Record<string, string>>,
): MadeWeights {
  const byName = new Map(tensors.map((each) => [each.name, each]))
  const hash = createHash('sha256')
  for (const { name, shape, data } of tensors) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    hash.update(`${name} [${shape.join()}]\n`).update(bytes)
  }
  const tensorOf = (name: string): MadeTensor => {
    const found = byName.get(name)
    if (found === undefined) throw new ModelError(origin, `has no tensor ${name}`)
    return found
  }
  const weights: WeightTensors = {
    path: origin,
    metadata,
    names: () => [...byName.keys()],
    has: (name) => byName.has(name),
    shape: (name) => tensorOf(name).shape,
    tensor(name, expectedShape) {
      const found = tensorOf(name)
      if (found.shape.join() !== expectedShape.join()) {
        const [expected, shape] = [expectedShape, found.shape].map((each) => `[${each.join(', ')}]`)
        throw new ModelError(origin, `tensor ${name}: expected shape ${expected}, found ${shape}`)
      }
      return found
    },
  }
  return { weights, id: `sha256:${hash.digest('hex')}` }
}
