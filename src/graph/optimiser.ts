/**
 * Optimisers with PyTorch's exact semantics.
 *
 * An update is said once, as a graph of operations on elements; it runs inside the model of a training step, or fused over
 * arrays (fused-kernel.ts), with the same float32 operations in the same order.
 *
 * Source: torch.optim.SGD, Adam and AdamW of PyTorch 1.13, whose order of operations is kept.
 */

import { named } from '../present.ts'
import type { Value } from './graph.ts'
import { add, div, mul, sqrt, sub } from './ops-elementwise.ts'

export interface UpdateInputs {
  readonly parameter: Value
  readonly gradient: Value
  /** By name of the slot. */
  readonly slots: Readonly<Record<string, Value>>
  /** By name, of shape []. */
  readonly scalars: Readonly<Record<string, Value>>
}

export interface UpdateResults {
  readonly parameter: Value
  readonly slots: Readonly<Record<string, Value>>
}

export interface Optimiser {
  readonly id: string
  /** What it remembers of each parameter between steps: tensors of the parameter's shape, zeros at first. */
  readonly slots: readonly string[]
  /** Numbers that depend on the step, counted from 1; computed in double precision, used in float32. */
  scalars(step: number): Readonly<Record<string, number>>
  /** Of operations on elements alone. */
  update(inputs: UpdateInputs): UpdateResults
}

/** A number, or one for each step, counted from 1. */
export type LearningRate = number | ((step: number) => number)

export interface SgdOptions {
  readonly learningRate: LearningRate
  /** Share of the last direction that is kept; default 0. */
  readonly momentum?: number
  /** Default false. Needs momentum. */
  readonly nesterov?: boolean
  /** L2: added to the gradient, times the parameter; default 0. */
  readonly weightDecay?: number
}

export interface AdamOptions {
  readonly learningRate: LearningRate
  /** Shares of the old first and second moment that are kept; default [0.9, 0.999]. */
  readonly betas?: readonly [number, number]
  /** Added to the square root of the corrected second moment; default 1e-8. */
  readonly epsilon?: number
  /** Adam: L2, added to the gradient, default 0. AdamW: share of the parameter taken away, times the rate, default 0.01. */
  readonly weightDecay?: number
}

const rateAt = (rate: LearningRate, step: number): number => (typeof rate === 'number' ? rate : rate(step))

/** @throws {RangeError} Nesterov's variant without momentum. */
export function sgd(options: SgdOptions): Optimiser {
  const { learningRate, momentum = 0, nesterov = false, weightDecay = 0 } = options
  if (nesterov && momentum === 0) throw new RangeError('sgd: expected a momentum with nesterov, got 0')
  return {
    id: 'sgd',
    slots: momentum === 0 ? [] : ['momentum_buffer'],
    scalars: (step) => ({ rate: rateAt(learningRate, step) }),
    update({ parameter, gradient, slots, scalars }) {
      const decayed = addDecay(gradient, parameter, weightDecay)
      if (momentum === 0)
        return { parameter: sub(parameter, mul(decayed, named(scalars, 'rate'))), slots: {} }
      const buffer = add(mul(named(slots, 'momentum_buffer'), momentum), decayed)
      const direction = nesterov ? add(decayed, mul(buffer, momentum)) : buffer
      return {
        parameter: sub(parameter, mul(direction, named(scalars, 'rate'))),
        slots: { momentum_buffer: buffer },
      }
    },
  }
}

/** Weight decay is added to the gradient (L2), and so passes through the moments. */
export const adam = (options: AdamOptions): Optimiser =>
  adamLike('adam', options, options.weightDecay ?? 0, false)

/** Weight decay is decoupled: parameters shrink by rate * decay, whatever the gradient. */
export const adamW = (options: AdamOptions): Optimiser =>
  adamLike('adamW', options, options.weightDecay ?? 0.01, true)

function adamLike(id: string, options: AdamOptions, weightDecay: number, isDecoupled: boolean): Optimiser {
  const { learningRate, betas: [beta1, beta2] = [0.9, 0.999], epsilon = 1e-8 } = options
  return {
    id,
    slots: ['exp_avg', 'exp_avg_sq'],
    scalars(step) {
      const rate = rateAt(learningRate, step)
      return {
        kept: 1 - rate * (isDecoupled ? weightDecay : 0),
        stepSize: rate / (1 - beta1 ** step),
        correction: Math.sqrt(1 - beta2 ** step),
      }
    },
    update({ parameter, gradient, slots, scalars }) {
      const shrunk = isDecoupled ? mul(parameter, named(scalars, 'kept')) : parameter
      const slope = isDecoupled ? gradient : addDecay(gradient, parameter, weightDecay)
      const first = add(mul(named(slots, 'exp_avg'), beta1), mul(slope, 1 - beta1))
      const second = add(mul(named(slots, 'exp_avg_sq'), beta2), mul(mul(slope, slope), 1 - beta2))
      const spread = add(div(sqrt(second), named(scalars, 'correction')), epsilon)
      return {
        parameter: sub(shrunk, div(mul(first, named(scalars, 'stepSize')), spread)),
        slots: { exp_avg: first, exp_avg_sq: second },
      }
    },
  }
}

const addDecay = (gradient: Value, parameter: Value, weightDecay: number): Value =>
  weightDecay === 0 ? gradient : add(gradient, mul(parameter, weightDecay))
