/** Operations that compute nothing and only say how gradients flow. */
import { ShapeError } from '../errors.ts'
import { apply, type OneOrMore, type Op, type Value } from './graph.ts'
import { expectDType } from './op-checks.ts'

/**
 * Gradients with respect to each source, from that with respect to the value; undefined where none flows.
 * Each has the shape of its source.
 */
export type GradientRule = (gradient: Value) => readonly (Value | undefined)[]

const withGradientOp: Op<GradientRule, OneOrMore> = {
  name: 'withGradient',
  infer([x]) {
    expectDType('withGradient', x, 'float32')
    return [{ dtype: x.dtype, shape: x.shape }]
  },
  // The sources are inputs for differentiation's sake alone.
  emit: () => ({ type: 'Identity', inputCount: 1 }),
}

export const gradientOps = { withGradient: withGradientOp }

/**
 * The same value with a gradient of one's own, for where one is known that is faster, or other, than what the rules of
 * the operations give.
 *
 * @param sources - Where the gradient flows; nothing flows into what `x` was computed from but through them.
 * @throws {ShapeError} While differentiating: a gradient has another shape than its source.
 */
export function withGradient(x: Value, sources: readonly Value[], rule: GradientRule): Value {
  const checked: GradientRule = (gradient) => {
    const gradients = rule(gradient)
    for (const [i, source] of sources.entries()) {
      const given = gradients[i]
      if (given !== undefined && given.shape.join() !== source.shape.join()) {
        throw new ShapeError('withGradient', `[${source.shape.join(', ')}]`, given.shape)
      }
    }
    return gradients
  }
  return apply(withGradientOp, [x, ...sources], checked)
}

/** The same value, which counts as a constant: no gradient flows back through it. */
export const stopGradient = (x: Value): Value => withGradient(x, [], () => [])
