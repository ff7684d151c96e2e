/** Training steps of GLASS against the reference: ascent, projections, hard mining, losses, gradients, three updates. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bufferTypes, parameterTypes } from '../../../src/detector/glass/networks.ts'
import { buildStep, glassPlan, type StepSettings } from '../../../src/detector/glass/training-plan.ts'
import { GraphBuilder, type Value } from '../../../src/graph/graph.ts'
import { openSession } from '../../../src/graph/session.ts'
import type { TensorData, TensorType } from '../../../src/graph/tensor.ts'
import { openTrainingStep } from '../../../src/graph/training-step.ts'
import { describeWith, goldenDir } from '../../golden-dir.ts'
import { expectClose } from '../../graph/expect-close.ts'
import { type GoldenTensors, readSafetensors, values } from '../../safetensors.ts'
import { bufferNames, goldenShape, held, parameterNames, referenceNames, stored } from './golden-networks.ts'

const shape = goldenShape
const [positions, rows] = [36, 72]
const settings = (hypothesis: StepSettings['hypothesis'], steps = 20): StepSettings => ({
  ...shape,
  rows,
  augmentedRows: rows,
  positions,
  hypothesis,
  ascent: { steps, stepSize: 0.001, projectEvery: 5 },
  shellRadius: 0.5,
  radiusQuantile: 0.75,
  easyShare: 0.5,
  sharedNorm: false,
  localWeight: 1,
  learningRate: 1e-4,
})

const batch = (golden: GoldenTensors, i: number): Record<string, TensorData> => ({
  nominal: held(golden, `in.${i}.image`, [rows, shape.dims]),
  augmented: held(golden, `in.${i}.aug`, [rows, shape.dims]),
  mask: held(golden, `in.${i}.mask_s`, [rows, 1]),
  noise: held(golden, `in.${i}.noise`),
  center: held(golden, 'in.center'),
})

/** Runs the step's graph on a batch and gives what `pick` names of it. */
async function look(
  config: StepSettings,
  feeds: Readonly<Record<string, TensorData>>,
  state: Readonly<Record<string, TensorData>>,
  pick: (step: ReturnType<typeof buildStep>) => Record<string, Value>,
): Promise<Record<string, ArrayLike<number>>> {
  const graph = new GraphBuilder('look')
  const declare = (types: Readonly<Record<string, TensorType>>) =>
    Object.fromEntries(
      Object.entries(types).map(([name, type]) => [name, graph.input(name, 'float32', type.shape)]),
    )
  const parameters = declare(parameterTypes(config)) as Parameters<typeof buildStep>[0]
  const step = buildStep(parameters, declare(bufferTypes(config)), declare(feeds), config)
  for (const [name, value] of Object.entries(pick(step))) graph.output(`out/${name}`, value)
  const session = await openSession(graph.build(), { threads: 1 })
  try {
    const results = await session.run({ ...state, ...feeds })
    return Object.fromEntries(
      Object.entries(results).map(([name, { data }]) => [name.slice(4), data as Float32Array]),
    )
  } finally {
    await session.close()
  }
}

const cases = [
  ['glass_step_manifold', 'manifold'],
  ['glass_step_manifold_wide', 'manifold'],
  ['glass_step_hypersphere', 'hypersphere'],
] as const

describeWith(goldenDir, 'a training step of GLASS equals the reference', () => {
  it.each(cases)('%s: the walk of global anomalies', async (file, hypothesis) => {
    const golden = readSafetensors(join(goldenDir, `${file}.safetensors`))
    const state = { ...stored(golden, parameterNames, 'init.'), ...stored(golden, bufferNames, 'init.') }
    for (const steps of [0, 1, 4, 5, 6, 10, 20]) {
      const { features } = await look(settings(hypothesis, steps), batch(golden, 0), state, (step) => ({
        features: step.globalFeatures,
      }))
      expectClose(features!, values(golden, `gaus.0.step${steps}`), { atol: 2e-5 }, `${steps} steps`)
    }
  })

  it.each(cases)('%s: scores, losses, reports, parameters of three steps', async (file, hypothesis) => {
    const golden = readSafetensors(join(goldenDir, `${file}.safetensors`))
    const config = settings(hypothesis)
    const drifts = hypothesis === 'manifold' // a bias without gradient drifts, and takes features with it
    const noisy = new Set(JSON.parse(golden.metadata.noise_dominated ?? '[]') as string[])
    const training = await openTrainingStep(
      glassPlan(config),
      { parameters: stored(golden, parameterNames, 'init.'), buffers: stored(golden, bufferNames, 'init.') },
      { threads: 1 },
    )
    for (const i of [0, 1, 2]) {
      const live = training.live()
      const state = Object.fromEntries([
        ...parameterNames.map((name) => [name, live[`parameters/${name}`]!]),
        ...bufferNames.map((name) => [name, live[`buffers/${name}`]!]),
      ])
      const seen = await look(config, batch(golden, i), state, (step) => ({
        real: step.real,
        fake: step.fake,
        global: step.globalFeatures,
        realScores: step.realScores,
        globalScores: step.globalScores,
        localScores: step.localScores,
        hard: step.hard,
      }))
      const placed = { atol: drifts && i > 0 ? 6e-4 : 2e-5 }
      expectClose(seen.real!, values(golden, `true_feats.${i}`), placed, `true_feats.${i}`)
      expectClose(seen.fake!, values(golden, `fake_feats.${i}`), placed, `fake_feats.${i}`)
      expectClose(seen.global!, values(golden, `gaus.${i}.step20`), placed, `gaus.${i}`)
      expectClose(seen.realScores!, values(golden, `scores.${i}.true`), { atol: 1e-5 }, 'true scores')
      expectClose(seen.globalScores!, values(golden, `scores.${i}.gaus`), { atol: 1e-5 }, 'gaus scores')
      expectClose(seen.localScores!, values(golden, `scores.${i}.fake`), { atol: 1e-5 }, 'fake scores')
      expect(Array.from(seen.hard!)).toEqual(Array.from(values(golden, `hard.${i}`)))

      const { loss, outputs } = await training.run(batch(golden, i))
      const log = (name: string) => [values(golden, `log.${name}`)[i]!]
      const report = (name: string) => [Number(outputs[name]!.data[0])]
      expectClose([loss], log('loss'), { atol: 1e-5 }, 'loss')
      expectClose(report('nominalLoss'), log('true_loss'), { atol: 1e-5 }, 'true loss')
      expectClose(report('globalLoss'), log('gaus_loss'), { atol: 1e-5 }, 'gaus loss')
      expectClose(report('localLoss'), log('focal_loss'), { atol: 1e-5 }, 'focal loss')
      expectClose(report('nominalRadius'), log('r_t'), placed, 'r_t')
      expectClose(report('globalRadius'), log('r_g'), placed, 'r_g')
      expectClose(report('localRadius'), log('r_f'), placed, 'r_f')
      expectClose(report('pTrue'), log('p_true'), { atol: 1e-6 }, 'p_true')
      expectClose(report('pFake'), log('p_fake'), { atol: 1e-6 }, 'p_fake')
      expect(report('hardCount')).toEqual(log('n_hard'))
      if (i === 0) {
        for (const name of parameterNames) {
          const isDiscriminator = !name.startsWith('adaptor')
          const moment = training.live()[`optimiser/exp_avg/${name}`]!.data as Float32Array
          const start = stored(golden, parameterNames, 'init.')[name]!.data as Float32Array
          // A tenth of the gradient, L2 decay of the adaptor included.
          const slope = Array.from(moment, (m, k) => 10 * m - (isDiscriminator ? 0 : 1e-5 * start[k]!))
          expectClose(
            slope,
            values(golden, `grad.0.${referenceNames[name]}`),
            { atol: 2e-6, rtol: 2e-5 },
            name,
          )
        }
      }
      if (i === 1) continue
      const [prefix, atol] = i === 0 ? ['after1', 6e-7] : ['after3', 2e-6]
      const after = training.live()
      for (const name of parameterNames) {
        if (noisy.has(referenceNames[name]!)) continue
        const got = after[`parameters/${name}`]!.data as Float32Array
        expectClose(got, values(golden, `${prefix}.${referenceNames[name]}`), { atol }, `${prefix} ${name}`)
      }
      const tolerance = i === 0 ? [3e-6, 3e-6] : [6e-4, 1e-5]
      for (const [k, name] of bufferNames.entries()) {
        const got = after[`buffers/${name}`]!.data as Float32Array
        const want = values(golden, `${prefix}.${referenceNames[name]}`)
        expectClose(got, want, { atol: tolerance[k]! }, `${prefix} ${name}`)
      }
    }
    await training.close()
  })
})
