/** Our networks equal torchvision's, and efficientnet_pytorch's where weights come from TensorFlow. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { architecture } from '../../src/backbone/architectures.ts'
import type { PaddingRule } from '../../src/backbone/input-convention.ts'
import { GraphBuilder } from '../../src/graph/graph.ts'
import { slice } from '../../src/graph/ops-shape.ts'
import { openSession } from '../../src/graph/session.ts'
import type { TensorArray } from '../../src/graph/tensor.ts'
import { describeWith, goldenDir } from '../golden-dir.ts'
import { readSafetensors, values } from '../safetensors.ts'
import { formulaTensor, formulaUniforms, formulaWeights, nameHash } from './formula-weights.ts'

interface Tolerance {
  readonly atol?: number
  readonly rtol?: number
}

interface GoldenCase {
  readonly file: string
  readonly hyperparameters: {
    readonly arch: string
    readonly input: readonly number[]
    readonly conv_gain: number
    readonly stages: Readonly<Record<string, readonly number[]>>
    readonly stride_of_stored_elements: Readonly<Record<string, number>>
  }
  readonly tolerance: Readonly<Record<string, Tolerance>>
}

function goldenCase(file: string): GoldenCase {
  const { cases } = JSON.parse(readFileSync(join(goldenDir, 'golden.json'), 'utf8')) as {
    readonly cases: readonly GoldenCase[]
  }
  return cases.find((each) => each.file === file)!
}

async function runStages(
  id: string,
  shape: readonly number[],
  gain: number,
  padding: PaddingRule,
  deepest: string,
  /** Every so manyth row and col of the input only. */
  step = 1,
) {
  const graph = new GraphBuilder(id)
  const whole = graph.input('input', 'float32', shape)
  const input = slice(whole, { axis: 2, step }, { axis: 3, step })
  const stages = architecture(id).build(input, formulaWeights(gain), padding, deepest)
  for (const [name, value] of stages) graph.output(name, value)
  const session = await openSession(graph.build())
  try {
    return await session.run({
      input: { dtype: 'float32', shape, data: formulaTensor('input', shape, 1) },
    })
  } finally {
    await session.close()
  }
}

/** Every `step`-th element against `wanted`; reports the worst. */
function expectClose(
  what: string,
  got: TensorArray,
  step: number,
  wanted: Float64Array,
  { atol = 0, rtol = 0 }: Tolerance,
): void {
  expect(Math.ceil(got.length / step), what).toBe(wanted.length)
  let worst = 0
  for (const [i, want] of wanted.entries()) {
    worst = Math.max(worst, Math.abs(Number(got[i * step]) - want) / (atol + rtol * Math.abs(want)))
  }
  expect(worst, `${what}: worst difference in units of the tolerance`).toBeLessThanOrEqual(1)
}

function moments(data: Float32Array): { readonly mean: number; readonly std: number } {
  const mean = data.reduce((sum, x) => sum + x, 0) / data.length
  const variance = data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length
  return { mean, std: Math.sqrt(variance) }
}

describeWith(goldenDir, 'the formula for weights', () => {
  const golden = readSafetensors(join(goldenDir, 'weights_formula.safetensors'))
  const names = [...golden.keys()].filter((key) => key.startsWith('hash.')).map((key) => key.slice(5))

  it.each(names)('gives the reference numbers for "%s"', (name) => {
    expect(nameHash(name)).toBe(values(golden, `hash.${name}`)[0])
    const uniforms = formulaUniforms(name)
    const first = Array.from({ length: 16 }, () => uniforms.next().value)
    expect(first).toEqual([...values(golden, `u_first16.${name}`)])
  })

  it.each([
    ['conv1.weight', [64, 3, 7, 7]],
    ['bn1.weight', [64]],
    ['bn1.bias', [64]],
    ['bn1.running_mean', [64]],
    ['bn1.running_var', [64]],
    ['fc.weight', [1000, 512]],
  ])('scales %s as the reference does', (name, shape) => {
    const got = formulaTensor(name, shape, 1).subarray(0, 16)
    expectClose(name, got, 1, values(golden, `value_first16.${name}`), { rtol: 1e-7 })
  })
})

describeWith(goldenDir, 'networks with formula weights', () => {
  it.each(['resnet18', 'wide_resnet50_2', 'mobilenet_v2', 'efficientnet_b0', 'efficientnet_b5'])(
    '%s equals torchvision in every stage',
    async (id) => {
      const file = `backbone_${id}.safetensors`
      const golden = readSafetensors(join(goldenDir, file))
      const { hyperparameters, tolerance } = goldenCase(file)
      const { input, conv_gain: gain, stages, stride_of_stored_elements: steps } = hyperparameters
      const first8 = formulaTensor('input', input, 1).subarray(0, 8)
      expect([...first8]).toEqual([...values(golden, 'check.input_first8')])

      const names = Object.keys(stages)
      const results = await runStages(id, input, gain, 'symmetric', names.at(-1)!)
      const infos = architecture(id).stages
      for (const name of names) {
        const { shape, data } = results[name]!
        expect(shape).toEqual(stages[name])
        expectClose(name, data, steps[name]!, values(golden, name), tolerance[name]!)
        const { mean, std } = moments(data as Float32Array)
        const [wantMean, wantStd] = [values(golden, `mean.${name}`)[0]!, values(golden, `std.${name}`)[0]!]
        const loose = tolerance['mean.*, std.*']!
        expectClose(`mean of ${name}`, Float32Array.of(mean), 1, Float64Array.of(wantMean), loose)
        expectClose(`std of ${name}`, Float32Array.of(std), 1, Float64Array.of(wantStd), loose)
        const info = infos.find((each) => each.name === name)!
        expect([shape[1], shape[2]]).toEqual([info.channels, input[2]! / info.stride])
      }
    },
  )

  // At even extents efficientnet_pytorch 0.6.3 pads as TensorFlow does; its stages 1 to 3 are those of 0.7.1.
  it.each([
    ['tf-same', 'v0.6.3'],
    ['tf-same-456', 'v0.7.1'],
  ] as const)(
    'efficientnet_b5, padded by %s, equals efficientnet_pytorch %s at three scales',
    async (padding, version) => {
      const file = 'csflow_extractor.safetensors'
      const golden = readSafetensors(join(goldenDir, file))
      const { hyperparameters, tolerance } = goldenCase(file)
      const { input, conv_gain: gain, stride_of_stored_elements: steps } = hyperparameters
      const compare = (results: Awaited<ReturnType<typeof runStages>>, stage: string, name: string) =>
        expectClose(name, results[stage]!.data, steps[name] ?? 1, values(golden, name), tolerance[name]!)
      for (const scale of [0, 1, 2]) {
        const results = await runStages('efficientnet_b5', input, gain, padding, 'features.6', 2 ** scale)
        compare(results, 'features.6', `${version}.scale.${scale}`)
        if (scale > 0) continue
        for (const i of [1, 2, 3]) compare(results, `features.${i}`, `v0.7.1.stage.${i}`)
        for (const i of [4, 5]) compare(results, `features.${i}`, `${version}.stage.${i}`)
      }
    },
  )
})

describe('stages', () => {
  it('are built no deeper than asked for', () => {
    const graph = new GraphBuilder('partial')
    const input = graph.input('input', 'float32', [1, 3, 64, 64])
    const asked: string[] = []
    const weights = formulaWeights(1)
    const watched = {
      ...weights,
      tensor(name: string, shape: readonly number[]) {
        asked.push(name)
        return weights.tensor(name, shape)
      },
    }
    const stages = architecture('resnet18').build(input, watched, 'symmetric', 'layer2')
    expect([...stages.keys()]).toEqual(['layer1', 'layer2'])
    expect(asked.filter((name) => name.startsWith('layer3'))).toEqual([])
  })
})
