/** Steps of one model, the update included: the state goes in and comes out, and no copy of it is made in between. */
import { clipCoefficient, gradientNorm } from './gradient-norm.ts'
import type { Value } from './graph.ts'
import { mul } from './ops-elementwise.ts'
import type { Optimiser } from './optimiser.ts'
import { openSession, type SessionOptions } from './session.ts'
import { tensor } from './tensor.ts'
import { optimiserOf, planGraph, type TrainingPlan } from './training-plan.ts'
import { parameterName, slotName } from './training-state.ts'
import {
  checkFinite,
  heldInputs,
  nameReports,
  nextName,
  readReports,
  scalarInputs,
  type Update,
} from './training-update.ts'

const normName = 'gradient-norm'
const scalarName = (i: number, name: string): string => `scalars/${i}/${name}`

export async function openInsideUpdate(plan: TrainingPlan, options: SessionOptions): Promise<Update> {
  const planned = planGraph(plan)
  const { graph } = planned
  nameReports(planned)
  const optimisers = [...new Set(Object.keys(plan.parameters).map((name) => optimiserOf(plan, name)))]
  const scalars = optimisers.map((each, i) =>
    scalarInputs(graph, `scalars/${i}`, Object.keys(each.scalars(1))),
  )
  let coefficient: Value | undefined
  if (plan.maxGradientNorm !== undefined) {
    const norm = gradientNorm(Object.values(planned.gradients))
    graph.output(normName, norm)
    coefficient = clipCoefficient(norm, plan.maxGradientNorm)
  }
  const moved: string[] = []
  const move = (name: string, value: Value): void => {
    graph.output(nextName(name), value)
    moved.push(name)
  }
  for (const [name, parameter] of Object.entries(planned.parameters)) {
    const optimiser = optimiserOf(plan, name)
    const slope = planned.gradients[name]!
    const { shape } = parameter
    const updated = optimiser.update({
      parameter,
      gradient: coefficient === undefined ? slope : mul(slope, coefficient),
      slots: Object.fromEntries(
        optimiser.slots.map((slot) => [slot, graph.input(slotName(slot, name), 'float32', shape)]),
      ),
      scalars: scalars[optimisers.indexOf(optimiser)]!,
    })
    move(parameterName(name), updated.parameter)
    for (const slot of optimiser.slots) move(slotName(slot, name), updated.slots[slot]!)
  }
  const session = await openSession(graph.build(), options)

  return {
    async run(state, step, feeds) {
      const results = await session.run({
        ...heldInputs(session, state),
        ...scalarFeeds(optimisers, step),
        ...feeds,
      })
      const { loss, outputs, buffers } = readReports(planned, results)
      checkFinite(plan.name, step, 'loss', loss)
      const norm = plan.maxGradientNorm === undefined ? null : (results[normName]!.data[0] as number)
      if (norm !== null) checkFinite(plan.name, step, 'norm of the gradients', norm)
      Object.assign(state, buffers)
      for (const name of moved) state[name] = results[nextName(name)]!
      return { loss, gradientNorm: norm, outputs }
    },
    close: () => session.close(),
  }
}

const scalarFeeds = (optimisers: readonly Optimiser[], step: number) =>
  Object.fromEntries(
    optimisers.flatMap((optimiser, i) =>
      Object.entries(optimiser.scalars(step)).map(([name, value]) => [
        scalarName(i, name),
        tensor(Float32Array.of(value), []),
      ]),
    ),
  )
