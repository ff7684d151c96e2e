/** The rule of every operation, by name; the compiler says when one is missing. */
import type { AnyRule, Rules } from './gradient-rule.ts'
import { elementwiseRules } from './gradients-elementwise.ts'
import { imageRules } from './gradients-image.ts'
import { linearRules } from './gradients-linear.ts'
import { reduceRules } from './gradients-reduce.ts'
import { dynamicRules, gradientRules, scatterRules, shapeRules } from './gradients-shape.ts'
import { transformerRules } from './gradients-transformer.ts'
import type { Node } from './graph.ts'
import { opTable } from './op-table.ts'

export const gradientTable: Rules<typeof opTable> = {
  ...elementwiseRules,
  ...shapeRules,
  ...scatterRules,
  ...reduceRules,
  ...linearRules,
  ...imageRules,
  ...dynamicRules,
  ...gradientRules,
  ...transformerRules,
  quantise: null,
  dequantise: null,
}

/**
 * Rule of the operation of a node; null where no gradient flows through it.
 *
 * @throws {RangeError} The operation is not of the table.
 */
export function ruleOf({ op }: Extract<Node, { kind: 'call' }>): AnyRule | null {
  if ((opTable as Readonly<Record<string, unknown>>)[op.name] !== op) {
    throw new RangeError(`gradients: expected operations of the table, got ${op.name}, which has no rule`)
  }
  return gradientTable[op.name as keyof typeof opTable] as AnyRule | null
}
