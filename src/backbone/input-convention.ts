/**
 * How pixels must be presented to a network so that they look as they did in training: normalisation and padding.
 *
 * A weights file says so in its metadata (`input`, `padding`); one that says nothing is taken for PyTorch's.
 */
import { ModelError } from '../errors.ts'
import type { WeightTensors } from './weight-tensors.ts'

/**
 * `symmetric`: k // 2 zeros on every side, as in PyTorch. `tf-same`: TensorFlow's SAME, which at stride 2 pads less
 * before than after, by an amount that depends on the extent. `tf-same-456`: SAME as it would be for an input of 456x456,
 * whatever the input's size, which is what efficientnet_pytorch 0.6.4 to 0.7.1 makes of EfficientNet-B5.
 */
export type PaddingRule = 'symmetric' | 'tf-same' | 'tf-same-456'

/** A channel c of 0..255 becomes (c - mean) / deviation. */
export interface Normalisation {
  readonly mean: readonly [number, number, number]
  readonly deviation: readonly [number, number, number]
}

export interface InputConvention {
  readonly padding: PaddingRule
  readonly normalisation: Normalisation
}

/** Mean and standard deviation of ImageNet's training images, as torchvision has them. */
const imagenet: Normalisation = {
  mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
  deviation: [0.229 * 255, 0.224 * 255, 0.225 * 255],
}

const paddings: Readonly<Record<string, PaddingRule>> = {
  symmetric: 'symmetric',
  'tf-same': 'tf-same',
  'tf-same-456': 'tf-same-456',
}

const normalisations: Readonly<Record<string, Normalisation>> = {
  'RGB, ImageNet mean and deviation': imagenet,
  'RGB, x/127.5-1': { mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5] },
  'RGB, x/255': { mean: [0, 0, 0], deviation: [255, 255, 255] },
}

/** @throws {ModelError} The metadata name a padding or an input that is unknown here. */
export function inputConvention(weights: WeightTensors): InputConvention {
  return {
    padding: lookUp(weights, 'padding', paddings, 'symmetric'),
    normalisation: lookUp(weights, 'input', normalisations, 'RGB, ImageNet mean and deviation'),
  }
}

function lookUp<T>(
  { path, metadata }: WeightTensors,
  key: string,
  known: Readonly<Record<string, T>>,
  otherwise: string,
): T {
  const name = metadata[key] ?? otherwise
  if (!Object.hasOwn(known, name)) {
    const names = Object.keys(known).map((each) => `"${each}"`)
    throw new ModelError(path, `metadata ${key}: expected one of ${names.join(', ')}, found "${name}"`)
  }
  return known[name]!
}

/**
 * Zeros [top, left, bottom, right] around an input of [rows, cols] for a square window.
 *
 * @param divisor - How many times smaller the input is than the image; asked by `tf-same-456` only.
 * Source of `tf-same`: tensorflow.org/api_docs/python/tf/nn, "Notes on padding".
 */
export function paddingFor(
  rule: PaddingRule,
  extents: readonly [number, number],
  kernel: number,
  stride: number,
  divisor = 1,
): readonly [number, number, number, number] {
  if (rule === 'symmetric') {
    const side = (kernel - 1) >> 1
    return [side, side, side, side]
  }
  const nominal = Math.ceil(456 / divisor)
  const [rows, cols] = (rule === 'tf-same' ? extents : [nominal, nominal]).map((extent) =>
    Math.max(0, (Math.ceil(extent / stride) - 1) * stride + kernel - extent),
  ) as [number, number]
  return [rows >> 1, cols >> 1, rows - (rows >> 1), cols - (cols >> 1)]
}
