/** A graph copied node by node, each of which may become another: how precision is lowered without a graph being written twice. */
import { mustGet } from '../present.ts'
import { type AnyValue, GraphBuilder, type Node } from './graph.ts'
import { orderNodes } from './node-order.ts'

export type Call = Extract<Node, { kind: 'call' }>
export type Constant = Extract<Node, { kind: 'constant' }>

export interface Rewriting {
  /** Outputs that the copy has; default all. */
  readonly outputs?: readonly string[]
  /** What a call becomes, given the copies of its inputs, in the copy's graph. */
  call(node: Call, inputs: readonly AnyValue[], copy: GraphBuilder): readonly AnyValue[]
  /** What an output gives; default the copy of the value. */
  output?(name: string, value: AnyValue): AnyValue
}

/** Constants are shared with the old graph. Inputs stay, used or not. */
export function rewrite(graph: GraphBuilder, { outputs, call, output }: Rewriting): GraphBuilder {
  const wanted = [...graph.outputs].filter(([name]) => outputs === undefined || outputs.includes(name))
  const copy = new GraphBuilder(graph.name)
  const results = new Map<Node, readonly AnyValue[]>()
  for (const [name, { dtype, shape, node }] of graph.inputs) {
    results.set(node, [copy.input(name, dtype, shape)])
  }
  const copyOf = ({ node, result }: AnyValue): AnyValue => mustGet(results, node)[result]!
  for (const node of orderNodes(wanted.map(([, value]) => value))) {
    if (node.kind === 'constant') results.set(node, [copy.constantOf(node.data)])
    else if (node.kind === 'call') results.set(node, call(node, node.inputs.map(copyOf), copy))
  }
  for (const [name, value] of wanted) copy.output(name, output?.(name, copyOf(value)) ?? copyOf(value))
  return copy
}

/** Part of a graph, told by outputs. */
export interface Region {
  /** Where it begins: what these need does not belong to it. */
  readonly from: readonly string[]
  /** Where it ends. */
  readonly to: readonly string[]
}

/** Calls of a region. @throws {RangeError} An output is not there. */
export function callsOf(graph: GraphBuilder, { from, to }: Region): ReadonlySet<Call> {
  const valuesOf = (names: readonly string[]) => names.map((name) => mustGet(graph.outputs, name))
  const before = orderNodes(valuesOf(from))
  const calls = [...orderNodes(valuesOf(to))].filter((node) => node.kind === 'call' && !before.has(node))
  return new Set(calls as Call[])
}

/** The graph with these outputs alone. */
export const withOutputs = (graph: GraphBuilder, outputs: readonly string[]): GraphBuilder =>
  rewrite(graph, { outputs, call: (node, inputs, copy) => copy.apply(node.op, inputs, node.attributes) })
