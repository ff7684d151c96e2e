/** The small flow of the reference vectors: its shape, and its tensors under our names and in our layouts. */
import { join } from 'node:path'
import type { FlowShape } from '../../../src/detector/csflow/flow-shape.ts'
import { type TensorData, tensor } from '../../../src/graph/tensor.ts'
import { goldenDir } from '../../golden-dir.ts'
import { type GoldenTensors, readSafetensors } from '../../safetensors.ts'

export const smallShape: FlowShape = {
  channels: 16,
  hidden: 8,
  kernels: [3, 3, 3, 5],
  extents: [
    [8, 8],
    [4, 4],
    [2, 2],
  ],
  clamp: 3,
}

export const readGolden = (file: string): GoldenTensors =>
  readSafetensors(join(goldenDir, `${file}.safetensors`))

const layers: Readonly<Record<string, string>> = {
  conv_scale0_0: 'in0',
  conv_scale1_0: 'in1',
  conv_scale2_0: 'in2',
  conv_scale0_1: 'out0',
  conv_scale1_1: 'out1',
  conv_scale2_1: 'out2',
  up_conv10: 'up0',
  up_conv21: 'up1',
  down_conv01: 'down0',
  down_conv12: 'down1',
}

/** Tensors of the reference whose names begin with `prefix`, as ours. */
export function ownTensors(golden: GoldenTensors, prefix: string): Record<string, TensorData> {
  const own: Record<string, TensorData> = {}
  for (const [name, { shape, data }] of golden) {
    const found = new RegExp(
      `^${prefix}\\.module_list\\.(\\d+)\\.(s[12])\\.(\\w+?)(\\.weight|\\.bias)?$`,
    ).exec(name)
    if (found === null) continue
    const [, module, net, layer, kind = ''] = found as unknown as [string, string, string, string, string?]
    const part = kind === '' ? layer : layers[layer]!
    const values = tensor(data as Float32Array, shape)
    const isNarrowing = /^(out|up)/.test(part) && kind === '.weight'
    own[`${(Number(module) - 4) / 2}.${net}.${part}${kind === '.bias' ? '.bias' : ''}`] = isNarrowing
      ? channelsLast(values)
      : values
  }
  return own
}

/** [outputs, inputs, rows, cols] to [outputs, rows, cols, inputs]. */
export function channelsLast({ shape, data }: TensorData): TensorData {
  const [outputs, inputs, rows, cols] = shape as [number, number, number, number]
  const turned = new Float32Array(data.length)
  let at = 0
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let k = 0; k < rows * cols; k++) turned[(o * rows * cols + k) * inputs + i] = data[at++] as number
    }
  }
  return tensor(turned, [outputs, rows, cols, inputs])
}

/** [a, b, rows, cols] to [b, a, rows, cols]: images outermost to channels outermost, and back. */
export function swapOuter({ shape, data }: TensorData): TensorData {
  const [a, b, rows, cols] = shape as [number, number, number, number]
  const each = rows * cols
  const swapped = new Float32Array(data.length)
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      swapped.set(
        (data as Float32Array).subarray((i * b + j) * each, (i * b + j + 1) * each),
        (j * a + i) * each,
      )
    }
  }
  return tensor(swapped, [b, a, rows, cols])
}
