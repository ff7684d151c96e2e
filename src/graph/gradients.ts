/**
 * Reverse-mode differentiation: from a graph of a loss, more graph for its gradients.
 *
 * The rules are in the `gradients-*.ts` files. What they add are ordinary nodes, so gradients can be differentiated again.
 */
import { ShapeError } from '../errors.ts'
import { zeros } from './gradient-rule.ts'
import { ruleOf } from './gradient-table.ts'
import type { Node, Value } from './graph.ts'
import { orderNodes } from './node-order.ts'
import { add } from './ops-elementwise.ts'
import { elementCount, showType } from './tensor.ts'

/** Values of nodes: by node, then by which of its results. */
type ByResult = Map<Node, Value[]>

/**
 * Gradient of a loss with respect to any values: inputs, constants, or anything computed on the way.
 *
 * @param loss - float32, one element.
 * @param wrt - float32, of the loss's graph. With respect to a value computed from another one of them, or from the same,
 *   each gets its full gradient, as if the others were not asked for.
 * @returns One for each of `wrt`, of its shape; zeros where the loss does not depend on it.
 * @throws {ShapeError} The loss has more than one element.
 * @throws {TypeError} The loss or one of `wrt` is not float32.
 * @throws {RangeError} A value of another graph.
 * Cost: about twice the arithmetic of what the loss depends on between `wrt` and itself.
 */
export function gradients(loss: Value, wrt: readonly Value[]): Value[] {
  if (elementCount(loss.shape) !== 1) throw new ShapeError('gradients: loss', 'of one element', loss.shape)
  for (const value of [loss, ...wrt]) {
    if (value.graph !== loss.graph) {
      throw new RangeError(
        `gradients: a value of graph ${value.graph.name} was asked for in graph ${loss.graph.name}`,
      )
    }
    if (value.dtype !== 'float32') {
      throw new TypeError(`gradients: expected float32, which alone has gradients, got ${showType(value)}`)
    }
  }
  const order = [...orderNodes([loss])]
  const isOnTheWay = nodesAfter(order, wrt)
  const found: ByResult = new Map()
  give(found, loss, loss.shape.length === 0 ? loss.graph.scalar(1) : onesLike(loss))
  for (const node of order.reverse()) {
    if (node.kind === 'call' && isOnTheWay.has(node) && found.has(node)) passBack(node, found, isOnTheWay)
  }
  return wrt.map((value) => found.get(value.node)?.[value.result] ?? zeros(value))
}

const onesLike = ({ graph, shape }: Value): Value => graph.constant(Float32Array.of(1), shape)

/** Nodes that are, or depend on, one of the values, along values that can have a gradient. */
function nodesAfter(order: readonly Node[], wrt: readonly Value[]): ReadonlySet<Node> {
  const after = new Set<Node>(wrt.map(({ node }) => node))
  for (const node of order) {
    if (node.kind !== 'call') continue
    if (node.inputs.some((input) => input.dtype === 'float32' && after.has(input.node))) after.add(node)
  }
  return after
}

function passBack(
  node: Extract<Node, { kind: 'call' }>,
  found: ByResult,
  isOnTheWay: ReadonlySet<Node>,
): void {
  const rule = ruleOf(node)
  if (rule === null || !node.inputs.some((input) => isOnTheWay.has(input.node))) return
  const { graph } = node.inputs[0]!
  const results = graph.resultsOf(node) as readonly Value[]
  const given = found.get(node) ?? []
  const gradients = results.map((result, i) => given[i] ?? zeros(result))
  const inputs = node.inputs as readonly Value[] // of floats where a gradient flows, which is what rules are about
  const back = rule({ inputs, results, attributes: node.attributes, gradients })
  for (const [i, input] of inputs.entries()) {
    const gradient = back[i]
    if (gradient === undefined || input.dtype !== 'float32' || !isOnTheWay.has(input.node)) continue
    if (gradient.shape.join() !== input.shape.join()) {
      throw new ShapeError(`gradient of ${node.op.name}`, `[${input.shape.join(', ')}]`, gradient.shape)
    }
    give(found, input, gradient)
  }
}

/** Adds to what the value has; uses of one value sum up. */
function give(found: ByResult, { node, result }: Value, gradient: Value): void {
  let all = found.get(node)
  if (all === undefined) {
    all = []
    found.set(node, all)
  }
  const held = all[result]
  all[result] = held === undefined ? gradient : add(held, gradient)
}
