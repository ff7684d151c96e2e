/** Adapted patches outside a training step: the centre is the mean of adapted patches, which is the adapted mean. */
import { GraphBuilder } from '../../graph/graph.ts'
import { openSession, type SessionOptions } from '../../graph/session.ts'
import { type TensorData, tensor } from '../../graph/tensor.ts'
import { adapt, type Named, type NetworkShape, parameterTypes } from './networks.ts'

export interface Adaptor {
  /** @returns float32 [count, dims]. */
  adapt(parameters: Named<TensorData>): Promise<TensorData>
  close(): Promise<void>
}

/** @param rows - float32 [count, dims], the same at each call. */
export async function openAdaptor(
  rows: Float32Array,
  shape: NetworkShape,
  machine: SessionOptions,
): Promise<Adaptor> {
  const held = tensor(rows, [rows.length / shape.dims, shape.dims])
  if (!shape.adaptor) return { adapt: async () => held, close: async () => {} }
  const graph = new GraphBuilder('glass-adaptor')
  const names = Object.keys(parameterTypes(shape)).filter((name) => name.startsWith('adaptor.'))
  const types = parameterTypes(shape)
  const parameters = Object.fromEntries(
    names.map((name) => [name, graph.input(name, 'float32', types[name]!.shape)]),
  )
  graph.output('adapted', adapt(graph.constant(rows, held.shape), parameters))
  const session = await openSession(graph.build(), machine)
  return {
    async adapt(all) {
      const feeds = Object.fromEntries(names.map((name) => [name, all[name]!]))
      return (await session.run(feeds)).adapted!
    },
    close: () => session.close(),
  }
}
