/** A fitted flow at work: from features of a few images to the energies of their latents. */
import { compile, parameterName, type SessionOptions } from '../../graph/index.ts'
import { flowForward, latentEnergies } from './flow.ts'
import type { FlowModel } from './flow-file.ts'
import { flowInputs, pyramidOf } from './flow-plan.ts'
import { scales } from './flow-shape.ts'
import { createPyramidBatch } from './pyramid-batch.ts'

export interface FlowRunner {
  /** Images that are taken together. */
  readonly images: number
  /**
   * @param pyramids - float32 [channels, rows, cols] for each scale of each image; at most `images` of them.
   * @returns For each image and scale the mean square of the latents over the channels, float32 [rows, cols].
   */
  run(pyramids: readonly (readonly Float32Array[])[]): Promise<readonly (readonly Float32Array[])[]>
  close(): Promise<void>
}

export async function openFlow(
  { settings, parameters, layers }: FlowModel,
  images: number,
  machine: SessionOptions,
): Promise<FlowRunner> {
  const { shape } = settings
  // Parameters are inputs: as constants they would be held three times over while the session opens (bench/csflow.bench.ts).
  const held = Object.fromEntries(
    Object.entries(parameters).map(([name, data]) => [parameterName(name), data]),
  )
  const pyramid = Object.fromEntries(flowInputs(shape, images).map((spec) => [spec.name, spec]))
  const compiled = await compile(
    'csflow',
    { ...held, ...pyramid },
    (values) => {
      const own = Object.keys(parameters).map((name) => [name, values[parameterName(name)]!] as const)
      const flow = { shape, parameters: Object.fromEntries(own), layers, isPlain: false }
      const { z } = flowForward(flow, pyramidOf(values))
      return Object.fromEntries(latentEnergies(flow, z).map((energy, scale) => [`energy${scale}`, energy]))
    },
    machine,
  )
  const batch = createPyramidBatch(shape, images)
  return {
    images,
    async run(pyramids) {
      for (const [place, maps] of pyramids.entries()) batch.put(place, maps)
      const results = await compiled.run({ ...held, ...batch.feeds })
      return pyramids.map((_, place) =>
        scales.map((scale) => {
          const all = results[`energy${scale}`]!.data
          const each = all.length / images
          return all.slice(place * each, (place + 1) * each)
        }),
      )
    },
    close: () => compiled.close(),
  }
}
