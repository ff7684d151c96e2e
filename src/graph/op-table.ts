/** Every operation there is, by name: what tests go through, and where a rule for each (a gradient, say) belongs. */
import { dynamicOps } from './ops-dynamic.ts'
import { elementwiseOps } from './ops-elementwise.ts'
import { gradientOps } from './ops-gradient.ts'
import { imageOps } from './ops-image.ts'
import { linearOps } from './ops-linear.ts'
import { quantiseOps } from './ops-quantise.ts'
import { reduceOps } from './ops-reduce.ts'
import { scatterOps } from './ops-scatter.ts'
import { shapeOps } from './ops-shape.ts'
import { transformerOps } from './ops-transformer.ts'

export const opTable = {
  ...elementwiseOps,
  ...shapeOps,
  ...scatterOps,
  ...reduceOps,
  ...linearOps,
  ...imageOps,
  ...dynamicOps,
  ...gradientOps,
  ...transformerOps,
  ...quantiseOps,
}

export type OpName = keyof typeof opTable
