/** Gradients of the operations of transformers. */
import { type Rules, rule, sumTo } from './gradient-rule.ts'
import { add, div, exp, mul, neg, sqrt, sub } from './ops-elementwise.ts'
import { reduceMean, reduceSum } from './ops-reduce.ts'
import type { transformerOps } from './ops-transformer.ts'

export const transformerRules: Rules<typeof transformerOps> = {
  erf: rule((gradient, [x]) => [mul(gradient, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)))]),
  softmax: rule((gradient, _, y, axis) => [mul(y, sub(gradient, reduceSum(mul(gradient, y), [axis], true)))]),
  layerNorm: rule((gradient, [x, scale, bias], _, { epsilon }) => {
    const mean = (value: typeof gradient) => reduceMean(value, [-1], true)
    const centred = sub(x, mean(x))
    const deviation = sqrt(add(mean(mul(centred, centred)), epsilon))
    const normal = div(centred, deviation)
    const inner = mul(gradient, scale)
    const ofInput = div(sub(sub(inner, mean(inner)), mul(normal, mean(mul(inner, normal)))), deviation)
    return [ofInput, sumTo(mul(gradient, normal), scale.shape), sumTo(gradient, bias.shape)]
  }),
}
