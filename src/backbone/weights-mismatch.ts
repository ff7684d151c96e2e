/** Says of weights that do not fit what they look like instead. */
import { ModelError } from '../errors.ts'
import type { WeightTensors } from './weight-tensors.ts'

/** The architecture whose names the file uses, as far as names can tell; undefined for none we know. */
export function findLikelyArchitecture(weights: WeightTensors): string | undefined {
  const { architecture } = weights.metadata
  if (architecture !== undefined) return architecture
  if (weights.has('layer1.0.conv3.weight')) return 'wide_resnet50_2 (or another ResNet of bottlenecks)'
  if (weights.has('layer1.0.conv1.weight')) {
    return weights.has('layer1.2.conv1.weight') ? 'resnet34' : 'resnet18'
  }
  if (weights.has('features.1.conv.0.0.weight')) return 'mobilenet_v2'
  if (weights.has('features.1.0.block.0.0.weight')) {
    const blocks = [1, 2, 3].filter((i) => weights.has(`features.1.${i}.block.0.0.weight`)).length
    return blocks === 0 ? 'efficientnet_b0' : blocks === 2 ? 'efficientnet_b5' : 'another EfficientNet'
  }
  return undefined
}

/** The same weights, whose errors say as well what the file looks like. */
export function withMismatchHints(id: string, weights: WeightTensors): WeightTensors {
  return {
    ...weights,
    tensor(name, expectedShape) {
      try {
        return weights.tensor(name, expectedShape)
      } catch (cause) {
        if (!(cause instanceof ModelError)) throw cause
        const expected = expectation(id, name, expectedShape, weights)
        throw new ModelError(weights.path, `${cause.reason}; ${expected}`, { cause })
      }
    },
  }
}

function expectation(id: string, name: string, shape: readonly number[], weights: WeightTensors): string {
  const expected = `${id} expects ${name} of shape [${shape.join(', ')}]`
  const likely = findLikelyArchitecture(weights)
  if (likely === undefined) {
    const [first] = weights.names()
    const shown = first === undefined ? 'no tensors at all' : `names such as ${first}`
    return `${expected}, and the file has ${shown}, like no network known here`
  }
  return likely.startsWith(id) ? expected : `${expected}, but the file looks like ${likely}`
}
