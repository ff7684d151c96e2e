/** What operations expect of their inputs, said in errors that name the operation, the expected and the given. */
import { ShapeError } from '../errors.ts'
import { isDynamic } from './dynamic-extent.ts'
import { type DType, type Shape, showShape, showType, type TensorType } from './tensor.ts'

/** @throws {TypeError} */
export function expectDType(where: string, input: TensorType, ...expected: readonly DType[]): void {
  if (!expected.includes(input.dtype)) {
    throw new TypeError(`${where}: expected ${expected.join(' or ')}, got ${showType(input)}`)
  }
}

/** @throws {TypeError} */
export function expectSameDType(where: string, inputs: readonly TensorType[]): DType {
  const first = inputs[0]!.dtype
  if (inputs.some(({ dtype }) => dtype !== first)) {
    throw new TypeError(
      `${where}: expected inputs of one element type, got ${inputs.map(showType).join(' and ')}`,
    )
  }
  return first
}

/** @throws {ShapeError} */
export function expectRank(where: string, { shape }: TensorType, rank: number, meaning: string): void {
  if (shape.length !== rank) throw new ShapeError(where, meaning, shape)
}

/** @throws {RangeError} Not a whole number in `least`..`most`. */
export function expectInteger(where: string, value: number, least: number, most: number): void {
  if (!(Number.isInteger(value) && value >= least && value <= most)) {
    throw new RangeError(`${where}: expected a whole number in ${least}..${most}, got ${value}`)
  }
}

/** As {@link expectInteger}, for an extent, which may also be dynamic: then it is the runtime that finds out. */
export function expectExtent(where: string, extent: number, least: number): void {
  if (!isDynamic(extent)) expectInteger(where, extent, least, Number.MAX_SAFE_INTEGER)
}

/** The axis counted from the front; -1 is the last. @throws {RangeError} The shape has no such axis. */
export function normalAxis(where: string, shape: Shape, axis: number): number {
  expectInteger(`${where}: axis`, axis, -shape.length, shape.length - 1)
  return axis < 0 ? axis + shape.length : axis
}

/** Sorted axes from the front. @throws {RangeError} No such axis, or one named twice. */
export function normalAxes(where: string, shape: Shape, axes: readonly number[]): readonly number[] {
  const normal = axes.map((axis) => normalAxis(where, shape, axis)).sort((a, b) => a - b)
  if (new Set(normal).size !== normal.length) {
    throw new RangeError(`${where}: expected axes that differ, got ${axes.join(', ')}`)
  }
  return normal
}

/** Common shape of operands, by NumPy's rules. @throws {ShapeError} They do not broadcast. */
export function broadcastShapes(where: string, shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  const result = new Array<number>(rank).fill(1)
  for (const shape of shapes) {
    const offset = rank - shape.length
    for (const [i, extent] of shape.entries()) {
      if (extent === 1) continue // a dynamic extent counts as what it stands for, never as 1
      if (result[offset + i] !== 1 && result[offset + i] !== extent) {
        throw new ShapeError(
          where,
          `to broadcast with [${showShape(shapes[0]!)}]`,
          shapes.length === 2 ? shapes[1]! : shape,
        )
      }
      result[offset + i] = extent
    }
  }
  return result
}
