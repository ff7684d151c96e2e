/** The student while it is trained: its layers over parameters that an optimiser moves. */
import { paddingFor } from '../../src/backbone/input-convention.ts'
import { buildPlumbS, type Layer, layers, weightShape } from '../../src/backbone/plumb-s.ts'
import { conv2d, type TensorData, type TensorType, tensor, type Value } from '../../src/graph/index.ts'

/** How the student pads at strides: as its teacher does, so that their cells lie on the same pixels. */
export const studentPadding = 'tf-same'

export const studentParameters: Readonly<Record<string, TensorType<'float32'>>> = Object.fromEntries(
  layers.flatMap((layer) => [
    [`${layer.name}.weight`, { dtype: 'float32' as const, shape: weightShape(layer) }],
    [`${layer.name}.bias`, { dtype: 'float32' as const, shape: [layer.outputs] }],
  ]),
)

/** Its stages by name. */
export function buildStudent(
  x: Value,
  parameters: Readonly<Record<string, Value>>,
): ReadonlyMap<string, Value> {
  const convolve = (x: Value, { name, kernel, stride, groups }: Layer): Value => {
    const [, , rows, cols] = x.shape as [number, number, number, number]
    return conv2d(x, parameters[`${name}.weight`]!, {
      bias: parameters[`${name}.bias`]!,
      padding: paddingFor(studentPadding, [rows, cols], kernel, stride),
      stride,
      groups,
    })
  }
  return buildPlumbS(x, convolve)
}

/** As the student's weights file says of its input. */
export const studentInputRule = 'RGB, x/127.5-1'

/** float32 [images, 3, side, side] of uint8 [images, side, side, 3]: what the network makes of pixels itself in use. */
export function studentInput(pixels: Uint8Array, side: number): TensorData<'float32'> {
  const plane = side * side
  const images = pixels.length / (3 * plane)
  const scale = Math.fround(1 / 127.5)
  const values = new Float32Array(pixels.length)
  for (let at = 0; at < pixels.length; at++) {
    const pixel = Math.floor(at / 3)
    const image = Math.floor(pixel / plane)
    values[(3 * image + (at % 3)) * plane + (pixel % plane)] = (pixels[at]! - 127.5) * scale
  }
  return tensor(values, [images, 3, side, side])
}
