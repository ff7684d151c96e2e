/** What transformers are made of beyond products of matrices: normalisation, attention weights, the smooth rectifier. */
import { ShapeError } from '../errors.ts'
import { apply, type Op, type Ternary, type Value } from './graph.ts'
import { expectDType, expectInteger, normalAxis } from './op-checks.ts'
import { add, mul } from './ops-elementwise.ts'

export interface LayerNormAttributes {
  readonly epsilon: number
}

const erfOp: Op<null> = {
  name: 'erf',
  infer([x]) {
    expectDType('erf', x, 'float32')
    return [{ dtype: 'float32', shape: x.shape }]
  },
  emit: () => ({ type: 'Erf' }),
}

const softmaxOp: Op<number> = {
  name: 'softmax',
  infer([x], axis) {
    expectDType('softmax', x, 'float32')
    expectInteger(`softmax: extent of axis ${axis}`, x.shape[axis]!, 1, Number.MAX_SAFE_INTEGER)
    return [{ dtype: 'float32', shape: x.shape }]
  },
  emit: (axis) => ({ type: 'Softmax', attributes: { axis: { int: axis } } }),
}

const layerNormOp: Op<LayerNormAttributes, Ternary> = {
  name: 'layerNorm',
  infer([x, scale, bias]) {
    for (const input of [x, scale, bias]) expectDType('layerNorm', input, 'float32')
    const width = x.shape.at(-1)
    if (width === undefined || width < 1) throw new ShapeError('layerNorm', '[…, 1 or more]', x.shape)
    for (const [name, { shape }] of Object.entries({ scale, bias })) {
      if (shape.join() !== `${width}`) throw new ShapeError(`layerNorm: ${name}`, `[${width}]`, shape)
    }
    return [{ dtype: 'float32', shape: x.shape }]
  },
  emit: ({ epsilon }) => ({
    type: 'LayerNormalization',
    attributes: { axis: { int: -1 }, epsilon: { float: epsilon } },
  }),
}

export const transformerOps = { erf: erfOp, softmax: softmaxOp, layerNorm: layerNormOp }

/** The error function, 2 / sqrt(pi) times the integral of exp(-t²) from 0 to x. */
export const erf = (x: Value): Value => apply(erfOp, [x], null)

/** exp(x), divided by its sum along `axis`. */
export const softmax = (x: Value, axis = -1): Value =>
  apply(softmaxOp, [x], normalAxis('softmax', x.shape, axis))

/**
 * Each row along the last axis, shifted to mean 0 and scaled to variance 1, then times `scale` plus `bias`.
 *
 * @param scale - [width of a row]
 * @param bias - The same.
 * @param epsilon - Added to the variance (of the population, not the sample).
 * Source: Ba et al. 2016, arXiv 1607.06450, equation 4.
 */
export const layerNorm = (x: Value, scale: Value, bias: Value, epsilon: number): Value =>
  apply(layerNormOp, [x, scale, bias], { epsilon })

/** x times the share of a standard normal below it, exactly (no tanh). Source: Hendrycks and Gimpel 2016, arXiv 1606.08415. */
export const gelu = (x: Value): Value => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1))
