/** Steps whose model ends at the gradients; the update is one pass over memory, in place. */

import { mustGet } from '../present.ts'
import { type FusedKernel, fuseElementwise } from './fused-kernel.ts'
import { arraysNorm, clipCoefficientOf } from './gradient-norm.ts'
import { GraphBuilder, type Value } from './graph.ts'
import { mul } from './ops-elementwise.ts'
import type { Optimiser } from './optimiser.ts'
import { openSession, type SessionOptions } from './session.ts'
import { filled, type TensorData } from './tensor.ts'
import { optimiserOf, type PlannedGraph, planGraph, type TrainingPlan } from './training-plan.ts'
import { parameterName, slotName } from './training-state.ts'
import {
  checkFinite,
  heldInputs,
  nameReports,
  readReports,
  scalarInputs,
  type Update,
} from './training-update.ts'

const gradientName = (name: string): string => `gradients/${name}`

/** Memory: parameters, gradients and slots once each, and what the model needs on its way. */
export async function openFusedUpdate(plan: TrainingPlan, options: SessionOptions): Promise<Update> {
  const planned = planGraph(plan)
  const names = Object.keys(plan.parameters)
  const gradients = nameGradients(planned)
  nameReports(planned)
  const session = await openSession(planned.graph.build(), options)
  const optimisers = new Map(names.map((name) => [name, optimiserOf(plan, name)]))
  const isClipped = plan.maxGradientNorm !== undefined
  const kernels = new Map(
    [...new Set(optimisers.values())].map((each) => [each, updateKernel(each, isClipped)]),
  )

  return {
    async run(state, step, feeds) {
      const results = await session.run({ ...heldInputs(session, state), ...feeds }, gradients)
      const { loss, outputs, buffers } = readReports(planned, results)
      checkFinite(plan.name, step, 'loss', loss)
      const arrayOf = (name: string) => state[name]!.data as Float32Array
      const slopes = new Map(names.map((name) => [name, gradients[gradientName(name)]!.data as Float32Array]))
      let gradientNorm: number | null = null
      let coefficient: readonly number[] = []
      if (plan.maxGradientNorm !== undefined) {
        gradientNorm = arraysNorm([...slopes.values()])
        checkFinite(plan.name, step, 'norm of the gradients', gradientNorm)
        coefficient = [clipCoefficientOf(gradientNorm, plan.maxGradientNorm)]
      }
      Object.assign(state, buffers)
      for (const [name, optimiser] of optimisers) {
        const moving = [parameterName(name), ...optimiser.slots.map((slot) => slotName(slot, name))].map(
          arrayOf,
        )
        const scalars = [...coefficient, ...Object.values(optimiser.scalars(step))]
        mustGet(kernels, optimiser).run(moving.toSpliced(1, 0, mustGet(slopes, name)), scalars, moving)
      }
      return { loss, gradientNorm, outputs }
    },
    close: () => session.close(),
  }
}

/** Outputs for the gradients and the arrays they are written into, at each run the same. */
function nameGradients({ graph, gradients }: PlannedGraph): Record<string, TensorData> {
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => {
      const value = beforeReshape(gradient)
      graph.output(gradientName(name), value)
      return [gradientName(name), filled('float32', value.shape, 0)]
    }),
  )
}

/** The same elements without a copy of them: as an output a reshape is one. */
function beforeReshape(value: Value): Value {
  const { node } = value
  return node.kind === 'call' && node.op.name === 'reshape' ? beforeReshape(node.inputs[0] as Value) : value
}

/** Arrays: parameter, gradient, slots; scalars: coefficient of clipping, those of the optimiser; results: parameter, slots. */
function updateKernel(optimiser: Optimiser, isClipped: boolean): FusedKernel {
  const graph = new GraphBuilder(optimiser.id)
  const [parameter, gradient, ...slots] = ['parameter', 'gradient', ...optimiser.slots].map((name) =>
    graph.input(name, 'float32', [1]),
  ) as [Value, Value, ...Value[]]
  const clip = isClipped ? [graph.input('clip', 'float32', [])] : []
  const scalars = scalarInputs(graph, 'scalars', Object.keys(optimiser.scalars(1)))
  const updated = optimiser.update({
    parameter,
    gradient: isClipped ? mul(gradient, clip[0]!) : gradient,
    slots: Object.fromEntries(optimiser.slots.map((slot, i) => [slot, slots[i]!])),
    scalars,
  })
  return fuseElementwise(
    [parameter, gradient, ...slots],
    [...clip, ...Object.values(scalars)],
    [updated.parameter, ...optimiser.slots.map((slot) => updated.slots[slot]!)],
  )
}
