/** DINOv2's transformers equal the original's, with weights by formula; positions are interpolated as the original does. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { architecture } from '../../src/backbone/architectures.ts'
import { openBackbone } from '../../src/backbone/open-backbone.ts'
import { interpolatePositions, type PositionRule } from '../../src/backbone/vit/position-embedding.ts'
import { withTimmTransformerNames } from '../../src/backbone/vit/transformer-names.ts'
import type { WeightTensors } from '../../src/backbone/weight-tensors.ts'
import { ModelError, UsageError } from '../../src/errors.ts'
import { GraphBuilder } from '../../src/graph/graph.ts'
import { openSession } from '../../src/graph/session.ts'
import { describeWith, laterGoldenDir } from '../golden-dir.ts'
import { readSafetensors, values } from '../safetensors.ts'
import { formulaTensor, formulaWeights } from './formula-weights.ts'

const width = 384
const grid = { rows: 37, cols: 37 }

/** What timm's file holds, by the formula; with registers the positions have no row for the class token. */
function timmFile(registers: number): WeightTensors {
  const formula = formulaWeights(1)
  return {
    ...formula,
    has: (name) =>
      /^(cls_token|pos_embed|patch_embed|blocks|norm)\b/.test(name) ||
      (name === 'reg_token' && registers > 0),
    shape: (name) => (name === 'pos_embed' ? [1, registers > 0 ? 1369 : 1370, width] : []),
  }
}

interface Golden {
  readonly cases: readonly {
    readonly file: string
    readonly hyperparameters: { readonly stride_of_stored_elements: Readonly<Record<string, number>> }
    readonly tolerance: Readonly<Record<string, { readonly atol?: number }>>
  }[]
}

async function run(id: string, weights: WeightTensors, rows: number, cols: number, isZero: boolean) {
  const shape = [1, 3, rows, cols]
  const graph = new GraphBuilder(id)
  const stages = architecture(id).build(graph.input('input', 'float32', shape), weights, 'symmetric', 'norm')
  for (const name of ['blocks.0', 'blocks.5', 'blocks.11', 'norm']) graph.output(name, stages.get(name)!)
  const session = await openSession(graph.build(), { threads: 2 })
  try {
    const data = isZero ? new Float32Array(3 * rows * cols) : formulaTensor('input', shape, 1)
    return await session.run({ input: { dtype: 'float32', shape, data } })
  } finally {
    await session.close()
  }
}

/** [1, width, rows, cols] as tokens, row-major. */
function asTokens(map: Float32Array): Float32Array {
  const patches = map.length / width
  return Float32Array.from(
    { length: map.length },
    (_, i) => map[(i % width) * patches + Math.floor(i / width)]!,
  )
}

function worst(got: Float32Array, step: number, wanted: Float64Array): number {
  expect(Math.ceil(got.length / step)).toBe(wanted.length)
  return wanted.reduce((most, want, i) => Math.max(most, Math.abs(got[i * step]! - want)), 0)
}

const inputs = [
  ['56x56', 56, 56, false],
  ['70x98', 70, 98, false],
  ['112x112', 112, 112, false],
  ['zero56x56', 56, 56, true],
] as const

describeWith(laterGoldenDir, 'transformers with formula weights', () => {
  const { cases } = JSON.parse(readFileSync(join(laterGoldenDir, 'golden.json'), 'utf8')) as Golden

  it.each(inputs)(
    'dinov2_vits14_reg4 equals the original in every stage at %s',
    async (name, rows, cols, isZero) => {
      const file = 'backbone_dinov2_vits14_reg4.safetensors'
      const golden = readSafetensors(join(laterGoldenDir, file))
      const { hyperparameters, tolerance } = cases.find((each) => each.file === file)!
      const results = await run('dinov2_vits14_reg4', timmFile(4), rows, cols, isZero)
      for (const [stage, stored] of [
        ['blocks.0', 'block0'],
        ['blocks.5', 'block5'],
        ['blocks.11', 'block11'],
        ['norm', 'norm'],
      ] as const) {
        const key = `${name}.${stored}`
        if (!golden.has(key)) continue // of the empty image not every block is stored
        const step = hyperparameters.stride_of_stored_elements[key] ?? 1
        const got = asTokens(results[stage]!.data as Float32Array)
        expect(worst(got, step, values(golden, key)), key).toBeLessThanOrEqual(
          tolerance[`*.${stored}`]!.atol!,
        )
      }
    },
  )

  it.each(inputs.slice(0, 3))(
    'dinov2_vits14 equals the original, and not timm, at %s',
    async (name, rows, cols) => {
      const file = 'backbone_dinov2_vits14.safetensors'
      const golden = readSafetensors(join(laterGoldenDir, file))
      const { hyperparameters, tolerance } = cases.find((each) => each.file === file)!
      const results = await run('dinov2_vits14', timmFile(0), rows, cols, false)
      const got = asTokens(results.norm!.data as Float32Array)
      const step = hyperparameters.stride_of_stored_elements[`${name}.original.norm`] ?? 1
      const atol = tolerance['*.norm']!.atol!
      expect(worst(got, step, values(golden, `${name}.original.norm`))).toBeLessThanOrEqual(atol)
      expect(worst(got, step, values(golden, `${name}.norm`))).toBeGreaterThan(0.1)
    },
  )

  it.each([
    ['backbone_dinov2_vits14', 'original.pos_embed', 'offset', true],
    ['backbone_dinov2_vits14', 'pos_embed', 'smoothed', true],
    ['backbone_dinov2_vits14_reg4', 'pos_embed', 'smoothed', false],
  ] as const)('interpolates positions: %s, %s', (file, key, rule: PositionRule, hasClass) => {
    const golden = readSafetensors(join(laterGoldenDir, `${file}.safetensors`))
    const { hyperparameters, tolerance } = cases.find((each) => each.file === `${file}.safetensors`)!
    const whole = formulaTensor('pos_embed', [1, hasClass ? 1370 : 1369, width], 1)
    const positions = hasClass ? whole.subarray(width) : whole
    for (const [name, rows, cols] of inputs.slice(0, 3)) {
      const got = interpolatePositions(positions, grid, { rows: rows / 14, cols: cols / 14 }, width, rule)
      const step = hyperparameters.stride_of_stored_elements[`${name}.${key}`] ?? 1
      const { atol = 0 } = tolerance['*.pos_embed']!
      expect(worst(got, step, values(golden, `${name}.${key}`)), name).toBeLessThanOrEqual(
        rule === 'offset' ? 2e-6 : atol,
      )
    }
  })
})

describe('interpolated positions', () => {
  const positions = formulaTensor('pos_embed', [37 * 37, 2], 1)

  it('stay as they are in the file where the grid is', () => {
    expect(interpolatePositions(positions, grid, grid, 2, 'offset')).toBe(positions)
  })

  it.each(['offset', 'smoothed'] as const)('keep a constant, larger or smaller (%s)', (rule) => {
    const ones = new Float32Array(16).fill(1)
    for (const to of [
      { rows: 2, cols: 3 },
      { rows: 9, cols: 5 },
    ]) {
      const got = interpolatePositions(ones, { rows: 4, cols: 4 }, to, 1, rule)
      expect(Math.max(...got.map((value) => Math.abs(value - 1)))).toBeLessThan(1e-6)
    }
  })
})

describe('files of transformers', () => {
  const formula = formulaWeights(1)
  const part = (name: string, shape: readonly number[]) => formula.tensor(name, shape)

  it('are read under the names of the Hugging Face hub', () => {
    const names = new Set(['embeddings.cls_token', 'embeddings.register_tokens'])
    const hub: WeightTensors = {
      ...formula,
      names: () => [...names],
      has: (name) => names.has(name) || name.startsWith('encoder.layer.3.'),
      shape: () => [4, 2],
    }
    const weights = withTimmTransformerNames(hub)
    expect(weights.has('reg_token')).toBe(true)
    expect(weights.tensor('cls_token', [1, 1, 2])).toEqual(part('embeddings.cls_token', [1, 1, 2]))
    expect(weights.tensor('blocks.3.ls1.gamma', [4])).toEqual(
      part('encoder.layer.3.layer_scale1.lambda1', [4]),
    )
    expect(weights.tensor('blocks.3.attn.proj.weight', [4, 4])).toEqual(
      part('encoder.layer.3.attention.output.dense.weight', [4, 4]),
    )
    const joined = weights.tensor('blocks.3.attn.qkv.weight', [12, 2]).data
    const apart = ['query', 'key', 'value'].flatMap((kind) => [
      ...part(`encoder.layer.3.attention.attention.${kind}.weight`, [4, 2]).data,
    ])
    expect([...joined]).toEqual(apart)
    expect(weights.shape('blocks.3.attn.qkv.weight')).toEqual([12, 2])
  })

  it('are read under the names of the original, which calls registers otherwise', () => {
    const timm = timmFile(0)
    const original = { ...timm, has: (name: string) => name === 'register_tokens' || timm.has(name) }
    expect(withTimmTransformerNames(original).has('reg_token')).toBe(true)
    expect(withTimmTransformerNames(timm).has('reg_token')).toBe(false)
  })

  const size = { width: 28, height: 28 }
  const options = { weightsId: 'sha256:formula', stages: ['blocks.0'], size, threads: 1 }

  it('with registers are refused for a model without, and the other way round', async () => {
    const open = (id: string, weights: WeightTensors) => openBackbone({ ...options, id, weights })
    await expect(open('dinov2_vits14', timmFile(4))).rejects.toThrow(
      new ModelError(
        'formula',
        'has register tokens, which dinov2_vits14 has not: the file looks like dinov2_vits14_reg4',
      ),
    )
    await expect(open('dinov2_vits14_reg4', timmFile(0))).rejects.toThrow(/has no register tokens/)
  })

  it('made for another size of image bring their own grid of positions', async () => {
    const weights = (rows: number): WeightTensors => ({ ...timmFile(0), shape: () => [1, rows, width] })
    const backbone = await openBackbone({ ...options, id: 'dinov2_vits14', weights: weights(257) })
    await backbone.close()
    await expect(openBackbone({ ...options, id: 'dinov2_vits14', weights: weights(300) })).rejects.toThrow(
      /expected the positions of a square grid.* found 300/,
    )
  })

  it('take sizes of whole patches only', async () => {
    const other = { ...options, id: 'dinov2_vits14', weights: timmFile(0), size: { width: 30, height: 28 } }
    await expect(openBackbone(other)).rejects.toThrow(UsageError)
  })
})
