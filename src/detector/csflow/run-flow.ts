/** A fitted flow at work: from features of a few images to the energies of their latents. */
import { GraphBuilder } from '../../graph/graph.ts'
import { openSession, type SessionOptions } from '../../graph/session.ts'
import { parameterName } from '../../graph/training-state.ts'
import { flowForward, latentEnergies } from './flow.ts'
import type { FlowModel } from './flow-file.ts'
import { flowInputs } from './flow-plan.ts'
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
  const graph = new GraphBuilder('csflow')
  // Parameters are inputs: as constants they would be held three times over while the session opens (bench/csflow.bench.ts).
  const declared = Object.fromEntries(
    Object.entries(parameters).map(([name, { dtype, shape: own }]) => [
      name,
      graph.input(parameterName(name), dtype, own),
    ]),
  )
  const held = Object.fromEntries(
    Object.entries(parameters).map(([name, data]) => [parameterName(name), data]),
  )
  const [x0, x1, x2] = flowInputs(shape, images).map(({ name, dtype, shape: own }) =>
    graph.input(name, dtype, own),
  )
  const flow = { shape, parameters: declared, layers, isPlain: false }
  const { z } = flowForward(flow, [x0!, x1!, x2!])
  for (const [scale, energy] of latentEnergies(flow, z).entries()) graph.output(`energy${scale}`, energy)
  const session = await openSession(graph.build(), machine)
  const batch = createPyramidBatch(shape, images)
  return {
    images,
    async run(pyramids) {
      for (const [place, maps] of pyramids.entries()) batch.put(place, maps)
      const results = await session.run({ ...held, ...batch.feeds })
      return pyramids.map((_, place) =>
        scales.map((scale) => {
          const all = results[`energy${scale}`]!.data as Float32Array
          const each = all.length / images
          return all.slice(place * each, (place + 1) * each)
        }),
      )
    },
    close: () => session.close(),
  }
}
