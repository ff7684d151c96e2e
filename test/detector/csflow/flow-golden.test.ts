/** The flow equals the reference: latents, determinants, loss, gradients, parameters after one and three steps, score, map. */
import { expect, it } from 'vitest'
import type { Pyramid } from '../../../src/detector/csflow/coupling.ts'
import { flowForward, flowLoss, latentEnergies } from '../../../src/detector/csflow/flow.ts'
import { flowInputs, flowPlan, referenceTraining } from '../../../src/detector/csflow/flow-plan.ts'
import { elementsPerImage, flowParameters, scales } from '../../../src/detector/csflow/flow-shape.ts'
import { gradients } from '../../../src/graph/gradients.ts'
import { GraphBuilder } from '../../../src/graph/graph.ts'
import { openSession } from '../../../src/graph/session.ts'
import { type TensorData, tensor } from '../../../src/graph/tensor.ts'
import { openTrainingStep } from '../../../src/graph/training-step.ts'
import { describeWith, goldenDir } from '../../golden-dir.ts'
import { expectClose } from '../../graph/expect-close.ts'
import { type GoldenTensors, values } from '../../safetensors.ts'
import { ownTensors, readGolden, smallShape, swapOuter } from './reference-flow.ts'

const images = 2
const even = tensor(new Float32Array(images).fill(1 / images), [images])

function feedsOf(golden: GoldenTensors): Record<string, TensorData> {
  const feeds = scales.map((scale) => {
    const { shape, data } = golden.get(`input.${scale}`)!
    return [`x${scale}`, swapOuter(tensor(data as Float32Array, shape))] as const
  })
  return { ...Object.fromEntries(feeds), weights: even }
}

/** Forward pass with everything it gives, and the gradients where asked for. */
async function runFlow(
  parameters: Readonly<Record<string, TensorData>>,
  feeds: Readonly<Record<string, TensorData>>,
  withGradients = false,
): Promise<Record<string, TensorData>> {
  const graph = new GraphBuilder('flow')
  const declared = Object.entries(flowParameters(smallShape)).map(
    ([name, { dtype, shape }]) => [name, graph.input(`p/${name}`, dtype, shape)] as const,
  )
  const flow = { shape: smallShape, parameters: Object.fromEntries(declared), layers: null, isPlain: true }
  const x = flowInputs(smallShape, images).map(({ name, dtype, shape }) => graph.input(name, dtype, shape))
  const latents = flowForward(flow, x as unknown as Pyramid)
  const loss = flowLoss(flow, latents, graph.input('weights', 'float32', [images]))
  graph.output('loss', loss)
  for (const scale of scales) {
    graph.output(`z${scale}`, latents.z[scale])
    graph.output(`logdet${scale}`, latents.logDeterminants[scale]!)
    graph.output(`energy${scale}`, latentEnergies(flow, latents.z)[scale]!)
  }
  if (withGradients) {
    const slopes = gradients(
      loss,
      declared.map(([, value]) => value),
    )
    for (const [i, [name]] of declared.entries()) graph.output(`grad/${name}`, slopes[i]!)
  }
  const session = await openSession(graph.build(), { threads: 1 })
  const fed = Object.fromEntries(Object.entries(parameters).map(([name, data]) => [`p/${name}`, data]))
  const results = await session.run({ ...fed, ...feeds })
  await session.close()
  return results
}

const numbers = (data: TensorData | undefined): Float32Array => data!.data as Float32Array

describeWith(goldenDir, 'the small flow equals the reference', () => {
  const golden = readGolden('csflow_small')
  const parameters = ownTensors(golden, 'param')
  const feeds = feedsOf(golden)

  it('has the same parameters', () => {
    const shapes = Object.fromEntries(
      Object.entries(parameters).map(([name, { dtype, shape }]) => [name, { dtype, shape }]),
    )
    expect(shapes).toEqual(flowParameters(smallShape))
  })

  it('forwards: latents, log-determinants, loss, score, map; backwards: every gradient', async () => {
    const got = await runFlow(parameters, feeds, true)
    const energies = new Float64Array(images)
    for (const scale of scales) {
      const latent = swapOuter(got[`z${scale}`]!)
      expectClose(numbers(latent), values(golden, `z.${scale}`), { atol: 2e-5, rtol: 1e-5 }, `z ${scale}`)
      const logs = values(golden, `logdet.${scale}`)
      expectClose(
        numbers(got[`logdet${scale}`]),
        logs,
        { atol: 2e-4, rtol: 1e-5 },
        `log-determinant ${scale}`,
      )
      const energy = numbers(got[`energy${scale}`])
      const each = energy.length / images
      for (let i = 0; i < energy.length; i++) energies[Math.floor(i / each)]! += energy[i]!
    }
    expectClose(numbers(got.loss), values(golden, 'loss'), { atol: 1e-6 }, 'loss')
    const scores = energies.map((sum) => (sum * smallShape.channels) / 2 / elementsPerImage(smallShape))
    expectClose(scores, values(golden, 'score'), { atol: 1e-6, rtol: 1e-5 }, 'score')
    expectClose(numbers(got.energy0), values(golden, 'map.0'), { atol: 1e-5, rtol: 1e-5 }, 'map')

    const want = ownTensors(readGolden('csflow_small_grad'), 'grad')
    expect(Object.keys(want).length).toBe(Object.keys(parameters).length)
    for (const [name, slope] of Object.entries(want)) {
      expectClose(numbers(got[`grad/${name}`]), numbers(slope), { atol: 1e-6, rtol: 1e-4 }, name)
    }
  })

  it('trains: losses, norms, parameters after one and three steps, and what they give', async () => {
    const step = await openTrainingStep(flowPlan(smallShape, images, referenceTraining, { isPlain: true }), {
      parameters,
    })
    const after = (file: string) => {
      const state = step.live()
      for (const [name, want] of Object.entries(ownTensors(readGolden(file), 'param'))) {
        expectClose(numbers(state[`parameters/${name}`]), numbers(want), { atol: 5e-7 }, `${file} ${name}`)
      }
    }
    for (const i of [0, 1, 2]) {
      const { loss, gradientNorm } = await step.run(feeds)
      expectClose([loss], [values(golden, 'losses')[i]!], { atol: 1e-6 }, 'loss')
      expectClose([gradientNorm!], [values(golden, 'grad_norms')[i]!], { atol: 1e-5 }, 'norm')
      if (i === 0) after('csflow_small_after1')
    }
    after('csflow_small_after3')
    const trained = Object.fromEntries(
      Object.keys(parameters).map((name) => [name, step.live()[`parameters/${name}`]!]),
    )
    const got = await runFlow(trained, feeds)
    expectClose(numbers(got.loss), values(golden, 'loss_after3'), { atol: 2e-6 }, 'loss after 3')
    for (const scale of scales) {
      const want = values(golden, `z_after3.${scale}`)
      expectClose(
        numbers(swapOuter(got[`z${scale}`]!)),
        want,
        { atol: 3e-5, rtol: 1e-5 },
        `z after 3, ${scale}`,
      )
    }
    await step.close()
  })
})
