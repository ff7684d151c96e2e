/**
 * What a graph computes from constants alone, computed now: a graph without it says less, loads faster, and asks less of a runtime
 * that is not ours.
 */

import { mustGet } from '../present.ts'
import { isDynamic } from './dynamic-extent.ts'
import { type AnyValue, GraphBuilder, type Node } from './graph.ts'
import { orderNodes } from './node-order.ts'
import { openSession, type SessionOptions } from './session.ts'
import { arrayOf, elementCount, type TensorData } from './tensor.ts'

type Call = Extract<Node, { kind: 'call' }>

/** Larger results are left to be computed: they would only make the model larger. */
const mostBytes = 1 << 20

/**
 * @returns A new graph of the same inputs and outputs. Calls that depend on no input are gone, but for those whose results are large;
 *   constants that are equal are one.
 * Cost: one run of what is folded; constants are shared with the old graph, not copied.
 */
export async function foldConstants(graph: GraphBuilder, machine: SessionOptions): Promise<GraphBuilder> {
  const order = [...orderNodes(graph.outputs.values())]
  const known = new Set<Node>()
  for (const node of order) {
    if (node.kind === 'constant' || (node.kind === 'call' && isFixed(node, known))) known.add(node)
  }
  const fixed = new Set(known)
  const needed = chooseNeeded(order, fixed, graph)
  // Small results may be made of large ones, which are worked out for them and then let go.
  const folded = await evaluate(order, known, needed, graph.name, machine)

  const copy = new GraphBuilder(graph.name)
  const held = sharedConstants(copy)
  const results = new Map<Node, readonly AnyValue[]>()
  for (const [name, { dtype, shape, node }] of graph.inputs) {
    results.set(node, [copy.input(name, dtype, shape)])
  }
  for (const node of order) {
    if (results.has(node)) continue
    const computed = folded.get(node)
    if (node.kind === 'constant') results.set(node, [held(node.data)])
    else if (computed !== undefined) results.set(node, computed.map(held))
    else if (node.kind === 'call' && !fixed.has(node)) {
      const inputs = node.inputs.map((x) => mustGet(results, x.node)[x.result]!)
      results.set(node, copy.apply(node.op, inputs, node.attributes))
    }
  }
  for (const [name, { node, result }] of graph.outputs) copy.output(name, mustGet(results, node)[result]!)
  return copy
}

/**
 * An extent that is known at run time only stays unknown, even where it follows from constants: other calls that have nothing else of them
 * name it, and all must name the same.
 */
const isFixed = ({ op, inputs, attributes }: Call, fixed: ReadonlySet<Node>): boolean =>
  inputs.every((x) => fixed.has(x.node)) &&
  !op.infer(inputs, attributes).some(({ shape }) => shape.some(isDynamic))

/** Constants of the graph, each once however often it is asked for: a network that looks twice holds its weights once. */
function sharedConstants(graph: GraphBuilder): (data: TensorData) => AnyValue {
  const known = new Map<string, { readonly bytes: Uint8Array; readonly value: AnyValue }[]>()
  return (data) => {
    const bytes = new Uint8Array(data.data.buffer, data.data.byteOffset, data.data.byteLength)
    const key = `${data.dtype} ${data.shape}`
    const alike = known.get(key) ?? []
    const found = alike.find((each) => Buffer.compare(each.bytes, bytes) === 0)
    if (found !== undefined) return found.value
    const value = graph.constantOf(data)
    known.set(key, [...alike, { bytes, value }])
    return value
  }
}

/** Fixed calls whose results something else needs; those of large results are taken out of the fixed ones. */
function chooseNeeded(order: readonly Node[], fixed: Set<Node>, graph: GraphBuilder): ReadonlySet<Node> {
  const needed = new Set<Node>([...graph.outputs.values()].map(({ node }) => node))
  for (const node of order.toReversed()) {
    if (node.kind !== 'call') continue
    if (fixed.has(node) && needed.has(node) && bytesOf(node) > mostBytes) fixed.delete(node)
    if (!fixed.has(node)) for (const input of node.inputs) needed.add(input.node)
  }
  return new Set([...needed].filter((node) => node.kind === 'call' && fixed.has(node)))
}

const bytesOf = ({ op, inputs, attributes }: Call): number =>
  op
    .infer(inputs, attributes)
    .reduce((sum, { dtype, shape }) => sum + elementCount(shape) * arrayOf[dtype].BYTES_PER_ELEMENT, 0)

/** Results of the needed calls, by node. @param known - Everything that depends on no input. */
async function evaluate(
  order: readonly Node[],
  known: ReadonlySet<Node>,
  needed: ReadonlySet<Node>,
  name: string,
  machine: SessionOptions,
): Promise<ReadonlyMap<Node, readonly TensorData[]>> {
  if (needed.size === 0) return new Map()
  const part = new GraphBuilder(`${name}-constants`)
  const copies = new Map<Node, readonly AnyValue[]>()
  const names = new Map<Node, readonly string[]>()
  for (const node of order) {
    if (!known.has(node)) continue
    if (node.kind === 'constant') copies.set(node, [part.constantOf(node.data)])
    if (node.kind !== 'call') continue
    const inputs = node.inputs.map((x) => mustGet(copies, x.node)[x.result]!)
    const values = part.apply(node.op, inputs, node.attributes)
    copies.set(node, values)
    if (!needed.has(node)) continue
    const own = values.map((_, result) => `fixed${names.size}_${result}`)
    for (const [result, value] of values.entries()) part.output(own[result]!, value)
    names.set(node, own)
  }
  const session = await openSession(part.build(), machine)
  try {
    const found = await session.run({})
    return new Map([...names].map(([node, own]) => [node, own.map((name) => found[name]!)]))
  } finally {
    await session.close()
  }
}
