/** Nodes in an order in which they can be computed. */

import { lastOf } from '../present.ts'
import type { AnyValue, Node } from './graph.ts'

/** Nodes that the values need, each after its inputs. Iterative: graphs may be deeper than the stack. */
export function orderNodes(values: Iterable<AnyValue>): ReadonlySet<Node> {
  const ordered = new Set<Node>()
  const entered = new Set<Node>()
  const stack = [...values].map(({ node }) => node).reverse()
  while (stack.length > 0) {
    const node = lastOf(stack)
    if (ordered.has(node)) {
      stack.pop()
    } else if (entered.has(node) || node.kind !== 'call') {
      stack.pop()
      ordered.add(node)
    } else {
      entered.add(node)
      for (let i = node.inputs.length - 1; i >= 0; i--) {
        const source = node.inputs[i]!.node
        if (!ordered.has(source)) stack.push(source)
      }
    }
  }
  return ordered
}
