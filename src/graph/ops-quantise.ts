/** Numbers as whole steps of a scale, and back. */
import { apply, type Op, type Value } from './graph.ts'
import { expectDType } from './op-checks.ts'
import { filled, type Shape, type TensorData } from './tensor.ts'

/** x is about (q - zero) scale. */
export interface Steps {
  /** Above 0. */
  readonly scale: number
  /** 0..255. */
  readonly zero: number
}

const quantiseOp: Op<Steps> = {
  name: 'quantise',
  infer([x]) {
    expectDType('quantise', x, 'float32')
    return [{ dtype: 'uint8', shape: x.shape }]
  },
  emit: ({ scale, zero }) => ({
    type: 'QuantizeLinear',
    constants: [filled('float32', [], scale), filled('uint8', [], zero)],
  }),
}

/** A scale for each entry of the first axis, and one zero for all of them: 0 where they are int32. */
export interface EachScale {
  readonly scales: TensorData<'float32'>
  readonly zero: number
}

const dequantiseOp: Op<Steps | EachScale> = {
  name: 'dequantise',
  infer([x]) {
    expectDType('dequantise', x, 'uint8', 'int32')
    return [{ dtype: 'float32', shape: x.shape }]
  },
  emit(steps, [{ dtype }]) {
    const zerosOf = (shape: Shape) => (dtype === 'int32' ? [] : [filled('uint8', shape, steps.zero)])
    return {
      type: 'DequantizeLinear',
      constants:
        'scale' in steps
          ? [filled('float32', [], steps.scale), ...zerosOf([])]
          : [steps.scales, ...zerosOf(steps.scales.shape)],
      ...('scales' in steps && { attributes: { axis: { int: 0 } } }),
    }
  },
}

export const quantiseOps = { quantise: quantiseOp, dequantise: dequantiseOp }

/** round(x / scale) + zero, halves to even, held to 0..255. */
export const quantise = (x: Value, steps: Steps): Value<'uint8'> => apply(quantiseOp, [x], steps)

/** (q - zero) scale. */
export const dequantise = (q: Value<'uint8'>, steps: Steps): Value => apply(dequantiseOp, [q], steps)

/**
 * (q - zero) scale, of each entry of the first axis its own scale.
 *
 * @param scales - float32 [first extent]. @param zero - Of all; 0 for int32.
 */
export const dequantiseEach = (
  q: Value<'uint8'> | Value<'int32'>,
  scales: TensorData<'float32'>,
  zero = 0,
): Value => apply(dequantiseOp, [q as Value<'uint8'>], { scales, zero })
