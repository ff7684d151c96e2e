/** Operations on each element by itself; two operands broadcast as in NumPy. */

import {
  type AnyValue,
  apply,
  type Binary,
  type OnnxAttribute,
  type Op,
  type Ternary,
  type Value,
} from './graph.ts'
import { broadcastShapes, expectDType, expectSameDType } from './op-checks.ts'
import { type DType, filled, type TensorType } from './tensor.ts'

/** A number stands for a scalar of the other operand's type. */
export type Operand<D extends DType = DType> = Value<D> | number

const floats = ['float32', 'float16', 'float64'] as const
const numeric = [...floats, 'int32', 'int64'] as const

function unaryOp(
  name: string,
  type: string,
  dtypes: readonly DType[],
): Op<Readonly<Record<string, OnnxAttribute>>> {
  return {
    name,
    infer([x]) {
      expectDType(name, x, ...dtypes)
      return [{ dtype: x.dtype, shape: x.shape }]
    },
    emit: (attributes) => ({ type, attributes }),
  }
}

function binaryOp(name: string, type: string, dtypes: readonly DType[], result?: DType): Op<null, Binary> {
  return {
    name,
    infer(inputs) {
      const dtype = expectSameDType(name, inputs)
      expectDType(name, inputs[0], ...dtypes)
      return [
        {
          dtype: result ?? dtype,
          shape: broadcastShapes(
            name,
            inputs.map(({ shape }) => shape),
          ),
        },
      ]
    },
    emit: () => ({ type }),
  }
}

export interface ClipRange {
  readonly min?: number
  readonly max?: number
}

export const elementwiseOps = {
  neg: unaryOp('neg', 'Neg', numeric),
  abs: unaryOp('abs', 'Abs', numeric),
  sign: unaryOp('sign', 'Sign', numeric),
  exp: unaryOp('exp', 'Exp', floats),
  log: unaryOp('log', 'Log', floats),
  sqrt: unaryOp('sqrt', 'Sqrt', floats),
  tanh: unaryOp('tanh', 'Tanh', floats),
  atan: unaryOp('atan', 'Atan', floats),
  relu: unaryOp('relu', 'Relu', floats),
  sigmoid: unaryOp('sigmoid', 'Sigmoid', floats),
  softplus: unaryOp('softplus', 'Softplus', floats),
  leakyRelu: unaryOp('leakyRelu', 'LeakyRelu', floats),
  floor: unaryOp('floor', 'Floor', floats),
  round: unaryOp('round', 'Round', floats),
  not: unaryOp('not', 'Not', ['bool']),
  add: binaryOp('add', 'Add', numeric),
  sub: binaryOp('sub', 'Sub', numeric),
  mul: binaryOp('mul', 'Mul', numeric),
  div: binaryOp('div', 'Div', numeric),
  pow: binaryOp('pow', 'Pow', floats),
  minimum: binaryOp('minimum', 'Min', numeric),
  maximum: binaryOp('maximum', 'Max', numeric),
  less: binaryOp('less', 'Less', numeric, 'bool'),
  lessOrEqual: binaryOp('lessOrEqual', 'LessOrEqual', numeric, 'bool'),
  greater: binaryOp('greater', 'Greater', numeric, 'bool'),
  greaterOrEqual: binaryOp('greaterOrEqual', 'GreaterOrEqual', numeric, 'bool'),
  equal: binaryOp('equal', 'Equal', [...numeric, 'bool'], 'bool'),
  and: binaryOp('and', 'And', ['bool']),
  or: binaryOp('or', 'Or', ['bool']),
  clip: {
    name: 'clip',
    infer([x], { min = -Infinity, max = Infinity }: ClipRange) {
      expectDType('clip', x, ...numeric)
      if (!(min <= max)) throw new RangeError(`clip: expected min <= max, got ${min} and ${max}`)
      return [{ dtype: x.dtype, shape: x.shape }]
    },
    emit({ min, max }, [x]) {
      const bound = (value: number | undefined) => (value === undefined ? null : filled(x.dtype, [], value))
      return { type: 'Clip', constants: [bound(min), bound(max)] }
    },
  } satisfies Op<ClipRange>,
  where: {
    name: 'where',
    infer([condition, a, b]) {
      expectDType('where: condition', condition, 'bool')
      const dtype = expectSameDType('where', [a, b])
      return [{ dtype, shape: broadcastShapes('where', [condition.shape, a.shape, b.shape]) }]
    },
    emit: () => ({ type: 'Where' }),
  } satisfies Op<null, Ternary>,
  cast: {
    name: 'cast',
    infer: ([x], to: DType): TensorType[] => [{ dtype: to, shape: x.shape }],
    emit: (to) => ({ type: 'Cast', attributes: { to: { dtype: to } } }),
  } satisfies Op<DType>,
}

const unary = <D extends DType>(op: Op<Readonly<Record<string, OnnxAttribute>>>, x: Value<D>): Value<D> =>
  apply(op, [x], {})

function binary<D extends DType>(op: Op<null, Binary>, a: Operand, b: Operand): Value<D> {
  if (typeof a !== 'number')
    return apply(op, [a, typeof b === 'number' ? a.graph.scalar(b, a.dtype) : b], null)
  if (typeof b === 'number')
    throw new TypeError(`${op.name}: expected a value among the operands, got two numbers`)
  return apply(op, [b.graph.scalar(a, b.dtype), b], null)
}

export const neg = <D extends DType>(x: Value<D>): Value<D> => unary(elementwiseOps.neg, x)
export const abs = <D extends DType>(x: Value<D>): Value<D> => unary(elementwiseOps.abs, x)
/** -1, 0 or 1. */
export const sign = <D extends DType>(x: Value<D>): Value<D> => unary(elementwiseOps.sign, x)
export const exp = <D extends DType>(x: Value<D>): Value<D> => unary(elementwiseOps.exp, x)
export const floor = <D extends DType>(x: Value<D>): Value<D> => unary(elementwiseOps.floor, x)
/** To whole numbers; halves to even ones. */
export const round = <D extends DType>(x: Value<D>): Value<D> => unary(elementwiseOps.round, x)
/** Natural logarithm. */
export const log = <D extends DType>(x: Value<D>): Value<D> => unary(elementwiseOps.log, x)
export const sqrt = <D extends DType>(x: Value<D>): Value<D> => unary(elementwiseOps.sqrt, x)
export const tanh = <D extends DType>(x: Value<D>): Value<D> => unary(elementwiseOps.tanh, x)
export const atan = <D extends DType>(x: Value<D>): Value<D> => unary(elementwiseOps.atan, x)
export const relu = <D extends DType>(x: Value<D>): Value<D> => unary(elementwiseOps.relu, x)
export const sigmoid = <D extends DType>(x: Value<D>): Value<D> => unary(elementwiseOps.sigmoid, x)
/** log(1 + e^x) */
export const softplus = <D extends DType>(x: Value<D>): Value<D> => unary(elementwiseOps.softplus, x)
/** x where x >= 0, else `slope * x`. */
export const leakyRelu = <D extends DType>(x: Value<D>, slope = 0.01): Value<D> =>
  apply(elementwiseOps.leakyRelu, [x], { alpha: { float: slope } })
/** x * sigmoid(x), also called Swish. */
export const silu = <D extends DType>(x: Value<D>): Value<D> => mul(x, sigmoid(x))
/** @param range - A bound left out does not bind. */
export const clip = <D extends DType>(x: Value<D>, range: ClipRange): Value<D> =>
  apply(elementwiseOps.clip, [x], range)
export const logicalNot = (x: Value<'bool'>): Value<'bool'> => unary(elementwiseOps.not, x)

export const add = <D extends DType>(a: Operand<D>, b: Operand<D>): Value<D> =>
  binary(elementwiseOps.add, a, b)
export const sub = <D extends DType>(a: Operand<D>, b: Operand<D>): Value<D> =>
  binary(elementwiseOps.sub, a, b)
export const mul = <D extends DType>(a: Operand<D>, b: Operand<D>): Value<D> =>
  binary(elementwiseOps.mul, a, b)
/** Integers are divided towards zero. */
export const div = <D extends DType>(a: Operand<D>, b: Operand<D>): Value<D> =>
  binary(elementwiseOps.div, a, b)
export const pow = <D extends DType>(a: Operand<D>, b: Operand<D>): Value<D> =>
  binary(elementwiseOps.pow, a, b)
export const minimum = <D extends DType>(a: Operand<D>, b: Operand<D>): Value<D> =>
  binary(elementwiseOps.minimum, a, b)
export const maximum = <D extends DType>(a: Operand<D>, b: Operand<D>): Value<D> =>
  binary(elementwiseOps.maximum, a, b)
export const less = (a: Operand, b: Operand): Value<'bool'> => binary(elementwiseOps.less, a, b)
export const lessOrEqual = (a: Operand, b: Operand): Value<'bool'> => binary(elementwiseOps.lessOrEqual, a, b)
export const greater = (a: Operand, b: Operand): Value<'bool'> => binary(elementwiseOps.greater, a, b)
export const greaterOrEqual = (a: Operand, b: Operand): Value<'bool'> =>
  binary(elementwiseOps.greaterOrEqual, a, b)
export const equal = (a: Operand, b: Operand): Value<'bool'> => binary(elementwiseOps.equal, a, b)
export const logicalAnd = (a: Value<'bool'>, b: Value<'bool'>): Value<'bool'> =>
  binary(elementwiseOps.and, a, b)
export const logicalOr = (a: Value<'bool'>, b: Value<'bool'>): Value<'bool'> =>
  binary(elementwiseOps.or, a, b)

/** `a` where the condition is true, else `b`. At least one of them is a value; a number takes its type. */
export function where<D extends DType>(condition: Value<'bool'>, a: Operand<D>, b: Operand<D>): Value<D> {
  const dtype = typeof a !== 'number' ? a.dtype : typeof b !== 'number' ? b.dtype : 'float32'
  const value = (operand: Operand) =>
    typeof operand === 'number' ? condition.graph.scalar(operand, dtype) : operand
  return apply(elementwiseOps.where, [condition, value(a), value(b)], null)
}

/** Floats become integers by dropping their fraction; a number becomes true unless it is 0. */
export const cast = <D extends DType>(x: AnyValue, to: D): Value<D> =>
  x.dtype === to ? (x as Value<D>) : apply(elementwiseOps.cast, [x], to)
