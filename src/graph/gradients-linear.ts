/** Gradients of products of matrices and of convolution. */

import { lastOf } from '../present.ts'
import { type Rules, rule, sumTo } from './gradient-rule.ts'
import { convolutionGradients } from './gradients-convolution.ts'
import type { Value } from './graph.ts'
import { mul } from './ops-elementwise.ts'
import { gemm, type linearOps, matmul } from './ops-linear.ts'
import { reduceSum } from './ops-reduce.ts'
import { reshape, transpose } from './ops-shape.ts'

const flat = (x: Value): Value => reshape(x, [-1, lastOf(x.shape)])

const turned = (x: Value): Value => {
  const axes = x.shape.map((_, i) => i)
  return transpose(x, [...axes.slice(0, -2), axes.length - 1, axes.length - 2])
}

export const linearRules: Rules<typeof linearOps> = {
  matmul: rule((gradient, [a, b]) => {
    if (b.shape.length > 2) {
      return [sumTo(matmul(gradient, turned(b)), a.shape), sumTo(matmul(turned(a), gradient), b.shape)]
    }
    // One matrix on the right: all rows on the left are one tall matrix.
    return [
      reshape(gemm(flat(gradient), b, { transB: true }), a.shape),
      gemm(flat(a), flat(gradient), { transA: true }),
    ]
  }),
  gemm: rule((gradient, [a, b, c], _, { transA, transB, alpha, beta }) => [
    transA
      ? gemm(b, gradient, { transA: transB, transB: true, alpha })
      : gemm(gradient, b, { transB: !transB, alpha }),
    transB
      ? gemm(gradient, a, { transA: true, transB: transA, alpha })
      : gemm(a, gradient, { transA: !transA, alpha }),
    c === undefined ? undefined : sumTo(beta === 1 ? gradient : mul(gradient, beta), c.shape),
  ]),
  conv2d: rule((gradient, [x, weight, bias], _, attributes) => [
    ...convolutionGradients(gradient, x, weight, attributes),
    bias === undefined ? undefined : reduceSum(gradient, [0, 2, 3]),
  ]),
}
