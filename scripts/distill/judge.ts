/** The parts of the loss on photographs that are not learnt from, without variations. */
import { compile, type TensorData, type TrainingPlan } from '../../src/graph/index.ts'
import { drawBatch } from './batch.ts'
import type { Parameters } from './initial-parameters.ts'
import type { DistillOptions } from './options.ts'
import type { Pictures } from './picture-source.ts'
import { studentInput } from './student.ts'
import type { Teacher } from './teacher.ts'

const heldOutBatches = 6

export interface Judge {
  /** What is measured, in the order of {@link look}. */
  readonly names: readonly string[]
  look(parameters: Parameters): Promise<number[]>
  close(): Promise<void>
}

export async function openJudge(
  plan: TrainingPlan,
  teacher: Teacher,
  { heldOut }: Pictures,
  options: DistillOptions,
): Promise<Judge> {
  let names: string[] = []
  const compiled = await compile(
    'judge',
    {
      ...plan.parameters,
      ...plan.buffers,
      ...Object.fromEntries(plan.inputs.map(({ name, dtype, shape }) => [name, { dtype, shape }])),
    },
    (values) => {
      const { outputs } = plan.build({
        parameters: values as never,
        buffers: values as never,
        inputs: values,
      })
      names = Object.keys(outputs!)
      return Object.fromEntries(names.map((name) => [`judged/${name}`, outputs![name]!]))
    },
    options,
  )
  const only = { photographs: heldOut, textures: heldOut, renders: heldOut, heldOut }
  const batches: Record<string, TensorData>[] = []
  for (let i = 0; i < heldOutBatches; i++) {
    const { teacher: seen } = drawBatch(only, { ...options, seed: 0 }, 1_000_000 + i, {
      isVaried: false,
      isBlemished: false,
    })
    batches.push({ image: studentInput(seen, options.side), ...(await teacher.look(seen)) })
  }
  return {
    names,
    async look(parameters) {
      const sums = names.map(() => 0)
      for (const batch of batches) {
        const results = await compiled.run({ ...parameters, ...batch } as never)
        names.forEach((name, i) => {
          sums[i]! += Number(results[`judged/${name}`]!.data[0]) / batches.length
        })
      }
      return sums
    },
    close: () => compiled.close(),
  }
}
