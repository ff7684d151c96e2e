/** Turns an architecture and weights into a network that runs. */
import { createHash } from 'node:crypto'
import { ShapeError, UsageError } from '../errors.ts'
import { compile, runtimeVersion } from '../graph/index.ts'
import type { PreparedImage, Size } from '../image/image.ts'
import { type Architecture, architecture } from './architectures.ts'
import type { Backbone, FeatureMap, ImageFeatures, StageInfo } from './backbone.ts'
import { networkOf } from './network.ts'
import type { WeightTensors } from './weight-tensors.ts'

export interface BackboneOptions {
  readonly id: string
  /** Null for an architecture whose weights code makes. */
  readonly weights: WeightTensors | null
  /** `sha256:…` of the weights; whatever is given is replaced where code makes them. */
  readonly weightsId: string
  /** In the order in which their features are wanted. */
  readonly stages: readonly string[]
  readonly size: Size
  /** Default `auto`. */
  readonly device?: string
  /** Default all the machine offers. */
  readonly threads?: number
  /** Images to a run of the network; a run with fewer is filled up, which costs time and changes nothing. */
  readonly batch?: number
}

/** Raise it when this code gives other numbers for the same weights. */
const codeVersion = 1

/** Measured (bench/backbone.bench.ts): larger ones are hardly faster on a CPU, and take more memory. */
const defaultBatch = 2

/**
 * @throws {UsageError} No such architecture, stage or device; a batch below 1; a size below the architecture's least.
 * @throws {ModelError} The weights are not there, or are not this architecture's.
 * Cost: reads the weights, folds batch norms, compiles; the session then holds the weights once.
 */
export async function openBackbone(options: BackboneOptions): Promise<Backbone> {
  const { id, size, batch = defaultBatch } = options
  const { stages, weightsId, convention, build } = networkOf(options)
  checkOptions(architecture(id), stages, size, batch)
  const compiled = await compile(
    id,
    { pixels: { dtype: 'uint8', shape: [batch, size.height, size.width, 3] } },
    ({ pixels }) => Object.fromEntries(build(pixels)),
    options,
  )
  const parts = [codeVersion, runtimeVersion(), id, weightsId, convention, stages, size.width, size.height]
  const pixelCount = size.height * size.width * 3

  const runBatch = async (images: readonly PreparedImage[]): Promise<ImageFeatures[]> => {
    const pixels = new Uint8Array(images.length * pixelCount)
    for (const [i, image] of images.entries()) pixels.set(image.data, i * pixelCount)
    const results = await compiled.runRows({ pixels })
    return images.map((image, i) => ({
      frame: image.frame,
      maps: stages.map((stage): FeatureMap => {
        const { shape, data } = results[stage.name]!
        const [, channels, rows, cols] = shape as [number, number, number, number]
        const length = channels * rows * cols
        const own = data.slice(i * length, (i + 1) * length)
        return { stage: stage.name, channels, rows, cols, data: own }
      }),
    }))
  }
  return {
    id,
    weights: weightsId,
    fingerprint: sha256(JSON.stringify(parts)),
    stages,
    inputSize: { width: size.width, height: size.height },
    async extract(images) {
      for (const { width, height } of images) {
        if (width !== size.width || height !== size.height) {
          throw new ShapeError(
            `backbone ${id}: image`,
            `(width, height) of [${size.width}, ${size.height}]`,
            [width, height],
          )
        }
      }
      const features: ImageFeatures[] = []
      for (let i = 0; i < images.length; i += batch) {
        features.push(...(await runBatch(images.slice(i, i + batch))))
      }
      return features
    },
    close: () => compiled.close(),
  }
}

function checkOptions(network: Architecture, stages: readonly StageInfo[], size: Size, batch: number): void {
  const where = `backbone ${network.id}`
  if (stages.length === 0 || new Set(stages).size !== stages.length) {
    throw new UsageError(`${where}: expected one stage or more, none of them twice`)
  }
  if (!(Number.isInteger(batch) && batch >= 1)) {
    throw new UsageError(`${where}: batch: expected a whole number from 1, got ${batch}`)
  }
  for (const side of [size.width, size.height]) {
    if (!(Number.isInteger(side) && side >= network.leastSide)) {
      throw new UsageError(`${where}: size: expected whole numbers from ${network.leastSide}, got ${side}`)
    }
    if (network.sideStep !== undefined && side % network.sideStep !== 0) {
      throw new UsageError(`${where}: size: expected multiples of ${network.sideStep}, got ${side}`)
    }
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
