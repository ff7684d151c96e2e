/**
 * DINOv2's vision transformers, under timm's names.
 *
 * Source: Oquab et al. 2023, arXiv 2304.07193; Darcet et al. 2023, arXiv 2309.16588 (registers);
 * github.com/facebookresearch/dinov2, dinov2/models/vision_transformer.py. Dosovitskiy et al. 2020, arXiv 2010.11929
 * (the transformer); Touvron et al. 2021, arXiv 2103.17239 (LayerScale).
 */
import { ModelError } from '../../errors.ts'
import {
  add,
  concat,
  conv2d,
  expand,
  gelu,
  layerNorm,
  matmul,
  mul,
  reshape,
  slice,
  softmax,
  transpose,
  type Value,
} from '../../graph/index.ts'
import type { Architecture } from '../architecture.ts'
import type { WeightTensors } from '../weight-tensors.ts'
import { interpolatePositions, type PositionRule } from './position-embedding.ts'

interface TransformerShape {
  readonly id: string
  /** Of a token. */
  readonly width: number
  readonly heads: number
  readonly registers: number
}

const patch = 14
const depth = 12
/** As published; a file may have been made for another. */
const epsilon = 1e-6

function dinov2({ id, width, heads, registers }: TransformerShape): Architecture {
  const blockNames = Array.from({ length: depth }, (_, i) => `blocks.${i}`)
  return {
    id,
    // `norm` is the last block's output after the final normalisation: the patch tokens that the authors hand out.
    stages: [...blockNames, 'norm'].map((name) => ({ name, channels: width, stride: patch })),
    patchDefaults: { stages: ['norm'], stride: patch, neighbourhood: 1, unitLength: true },
    leastSide: patch,
    sideStep: patch,
    embedded: null,
    build(input, weights, _padding, deepest) {
      refuseOtherRegisters(id, weights, registers)
      const [images, , height, breadth] = input.shape as [number, number, number, number]
      const grid = { rows: height / patch, cols: breadth / patch }
      const source = { weights, width, heads }
      const prefix = 1 + registers
      /** Patch tokens [images, prefix + patches, width] as a map [images, width, rows, cols]. */
      const asMap = (tokens: Value): Value =>
        reshape(transpose(slice(tokens, { axis: 1, start: prefix }), [0, 2, 1]), [
          images,
          width,
          grid.rows,
          grid.cols,
        ])
      const stages = new Map<string, Value>()
      let x = embed(source, input, grid, registers)
      for (const name of blockNames) {
        x = block(source, x, name)
        stages.set(name, asMap(x))
        if (name === deepest) return stages
      }
      return stages.set('norm', asMap(normalise(source, x, 'norm')))
    },
  }
}

interface Source {
  readonly weights: WeightTensors
  readonly width: number
  readonly heads: number
}

/** The class token, the registers, and a token for each patch with its position: [images, tokens, width]. */
function embed(
  { weights, width }: Source,
  input: Value,
  grid: { readonly rows: number; readonly cols: number },
  registers: number,
): Value {
  const { graph } = input
  const images = input.shape[0] ?? 0
  const count = grid.rows * grid.cols
  const kernel = weights.tensor('patch_embed.proj.weight', [width, 3, patch, patch])
  const bias = weights.tensor('patch_embed.proj.bias', [width])
  const projected = conv2d(input, graph.constant(kernel.data, kernel.shape), {
    bias: graph.constant(bias.data, bias.shape),
    stride: patch,
  })
  const patches = transpose(reshape(projected, [images, width, count]), [0, 2, 1])
  const { ofClass, ofPatches, side } = readPositions(weights, width)
  const rule: PositionRule = registers === 0 ? 'offset' : 'smoothed'
  const positions = interpolatePositions(ofPatches, { rows: side, cols: side }, grid, width, rule)
  const own = (data: Float32Array, tokens: number) =>
    expand(graph.constant(data, [1, tokens, width]), [images, tokens, width])
  const classToken = weights.tensor('cls_token', [1, 1, width]).data
  const first = ofClass === null ? classToken : classToken.map((value, i) => value + (ofClass[i] ?? 0))
  const placed = add(patches, graph.constant(positions, [1, count, width]))
  const special = [own(first, 1)]
  if (registers > 0) special.push(own(weights.tensor('reg_token', [1, registers, width]).data, registers))
  return concat([...special, placed], 1)
}

/**
 * Positions of the patches of a square grid, and of the class token where the file has one for it; timm adds it to the
 * class token itself in models with registers.
 */
function readPositions(weights: WeightTensors, width: number) {
  const [, rows = 0] = weights.shape('pos_embed')
  const side = Math.floor(Math.sqrt(rows))
  const hasClass = rows === side * side + 1
  if (side < 1 || !(hasClass || rows === side * side)) {
    throw new ModelError(
      weights.path,
      `tensor pos_embed: expected the positions of a square grid, with or without one for the class token, found ${rows}`,
    )
  }
  const { data } = weights.tensor('pos_embed', [1, rows, width])
  return {
    side,
    ofClass: hasClass ? data.subarray(0, width) : null,
    ofPatches: hasClass ? data.subarray(width) : data,
  }
}

/** Attention, then a perceptron, each on the normalised tokens, scaled and added. */
function block(source: Source, x: Value, name: string): Value {
  const attended = attention(source, normalise(source, x, `${name}.norm1`), `${name}.attn`)
  const y = add(x, mul(attended, vector(source, x, `${name}.ls1.gamma`)))
  const { width } = source
  const hidden = gelu(
    linear(source, normalise(source, y, `${name}.norm2`), `${name}.mlp.fc1`, width, 4 * width),
  )
  const transformed = linear(source, hidden, `${name}.mlp.fc2`, 4 * width, width)
  return add(y, mul(transformed, vector(source, x, `${name}.ls2.gamma`)))
}

/** Softmax attention of several heads. Source: Vaswani et al. 2017, arXiv 1706.03762, section 3.2. */
function attention(source: Source, x: Value, name: string): Value {
  const { width, heads } = source
  const [images, tokens] = x.shape as [number, number, number]
  const each = width / heads
  const joined = linear(source, x, `${name}.qkv`, width, 3 * width)
  const part = (i: number, order: readonly number[]) =>
    transpose(
      reshape(slice(joined, { axis: 2, start: i * width, end: (i + 1) * width }), [
        images,
        tokens,
        heads,
        each,
      ]),
      order,
    )
  const queries = mul(part(0, [0, 2, 1, 3]), 1 / Math.sqrt(each))
  const shares = softmax(matmul(queries, part(1, [0, 2, 3, 1])))
  const mixed = transpose(matmul(shares, part(2, [0, 2, 1, 3])), [0, 2, 1, 3])
  return linear(source, reshape(mixed, [images, tokens, width]), `${name}.proj`, width, width)
}

/** Tokens times a matrix, plus a vector. Files hold the matrix [outputs, inputs]. */
function linear({ weights }: Source, x: Value, name: string, inputs: number, outputs: number): Value {
  const { data } = weights.tensor(`${name}.weight`, [outputs, inputs])
  const turned = new Float32Array(data.length)
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) turned[i * outputs + o] = data[o * inputs + i]!
  }
  const bias = weights.tensor(`${name}.bias`, [outputs])
  return add(matmul(x, x.graph.constant(turned, [inputs, outputs])), x.graph.constant(bias.data, bias.shape))
}

function normalise(source: Source, x: Value, name: string): Value {
  return layerNorm(x, vector(source, x, `${name}.weight`), vector(source, x, `${name}.bias`), epsilon)
}

function vector({ weights, width }: Source, { graph }: Value, name: string): Value {
  return graph.constant(weights.tensor(name, [width]).data, [width])
}

/** @throws {ModelError} A file with registers for a model without, or the other way round. */
function refuseOtherRegisters(id: string, weights: WeightTensors, registers: number): void {
  const found = weights.has('reg_token')
  if (found === registers > 0) return
  const other = found ? `${id}_reg4` : id.replace(/_reg4$/, '')
  throw new ModelError(
    weights.path,
    `${found ? 'has' : 'has no'} register tokens, which ${id} ${found ? 'has not' : 'needs'}: the file looks like ${other}`,
  )
}

export const dinov2S = dinov2({ id: 'dinov2_vits14', width: 384, heads: 6, registers: 0 })
export const dinov2SReg = dinov2({ id: 'dinov2_vits14_reg4', width: 384, heads: 6, registers: 4 })
export const dinov2B = dinov2({ id: 'dinov2_vitb14', width: 768, heads: 12, registers: 0 })
