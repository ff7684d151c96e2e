/** A weights file for a real architecture, its numbers made by a formula: small enough for a test, and in the registry's format. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { architecture } from '../../src/backbone/architectures.ts'
import { openBackbone } from '../../src/backbone/open-backbone.ts'
import { encodeSafetensors, type NamedTensor } from '../../src/backbone/safetensors.ts'
import type { WeightTensors } from '../../src/backbone/weight-tensors.ts'
import { weightsFileName } from '../../src/backbone/weights-registry.ts'
import { formulaWeights } from '../backbone/formula-weights.ts'

/** Every tensor that patches need of the network. @returns Path of the file in `folder`. */
export async function writeWeights(folder: string, id: string): Promise<string> {
  const formula = formulaWeights(1)
  const read = new Map<string, NamedTensor>()
  const weights: WeightTensors = {
    ...formula,
    tensor(name, shape) {
      const found = formula.tensor(name, shape)
      read.set(name, { name, ...found })
      return found
    },
  }
  const { patchDefaults } = architecture(id)
  const backbone = await openBackbone({
    ...{ id, weights, weightsId: 'formula', stages: patchDefaults.stages, threads: 1 },
    size: { width: 32, height: 32 },
  })
  await backbone.close()
  mkdirSync(folder, { recursive: true })
  const path = join(folder, weightsFileName(id))
  writeFileSync(path, encodeSafetensors(read.values()))
  return path
}
