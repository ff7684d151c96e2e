/**
 * What a graph computes from constants alone, computed now: a graph without it says less, loads faster, and asks less of a runtime
 * that is not ours.
 */
import { type AnyValue, GraphBuilder, type Node } from './graph.ts'
import { orderNodes } from './node-order.ts'
import { openSession, type SessionOptions } from './session.ts'
import type { TensorData } from './tensor.ts'

type Call = Extract<Node, { kind: 'call' }>

/**
 * @returns A new graph of the same inputs and outputs, whose calls all depend on an input.
 * Cost: one run of what is folded; constants are shared with the old graph, not copied.
 */
export async function foldConstants(graph: GraphBuilder, machine: SessionOptions): Promise<GraphBuilder> {
  const order = [...orderNodes(graph.outputs.values())]
  const fixed = new Set<Node>()
  for (const node of order) {
    const isFixed =
      node.kind === 'constant' || (node.kind === 'call' && node.inputs.every((x) => fixed.has(x.node)))
    if (isFixed) fixed.add(node)
  }
  const folded = await evaluate(order, fixed, graph, machine)

  const copy = new GraphBuilder(graph.name)
  const results = new Map<Node, readonly AnyValue[]>()
  for (const [name, { dtype, shape, node }] of graph.inputs)
    results.set(node, [copy.input(name, dtype, shape)])
  for (const node of order) {
    if (results.has(node)) continue
    if (node.kind === 'constant') results.set(node, [copy.constantOf(node.data)])
    else if (fixed.has(node)) results.set(node, folded.get(node)?.map((data) => copy.constantOf(data)) ?? [])
    else if (node.kind === 'call') {
      const inputs = node.inputs.map((x) => results.get(x.node)![x.result]!)
      results.set(node, copy.apply(node.op, inputs, node.attributes))
    }
  }
  for (const [name, { node, result }] of graph.outputs) copy.output(name, results.get(node)![result]!)
  return copy
}

/** Results of the fixed calls that something else needs, by node. */
async function evaluate(
  order: readonly Node[],
  fixed: ReadonlySet<Node>,
  graph: GraphBuilder,
  machine: SessionOptions,
): Promise<ReadonlyMap<Node, readonly TensorData[]>> {
  const needed = new Set<Call>()
  const need = (node: Node): void => {
    if (node.kind === 'call' && fixed.has(node)) needed.add(node)
  }
  for (const node of order) {
    if (node.kind === 'call' && !fixed.has(node)) for (const { node: source } of node.inputs) need(source)
  }
  for (const { node } of graph.outputs.values()) need(node)
  if (needed.size === 0) return new Map()

  const part = new GraphBuilder(`${graph.name}-constants`)
  const copies = new Map<Node, readonly AnyValue[]>()
  const names = new Map<Node, readonly string[]>()
  for (const node of order) {
    if (!fixed.has(node)) continue
    if (node.kind === 'constant') copies.set(node, [part.constantOf(node.data)])
    if (node.kind !== 'call') continue
    const inputs = node.inputs.map((x) => copies.get(x.node)![x.result]!)
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
