/** The network that is imitated, and which of its stages each stage of the student does. */
import { architecture } from '../../src/backbone/architectures.ts'
import type { StageInfo } from '../../src/backbone/backbone.ts'
import { networkOf } from '../../src/backbone/network.ts'
import { imitated, plumbS } from '../../src/backbone/plumb-s.ts'
import { resolveBackbone } from '../../src/backbone/resolve-weights.ts'
import type { WeightTensors } from '../../src/backbone/weight-tensors.ts'
import { compile, type TensorData, tensor } from '../../src/graph/index.ts'
import type { Task } from '../../src/task.ts'

export interface Teacher {
  readonly id: string
  /** `sha256:…` */
  readonly weightsId: string
  /** Null where code makes them. */
  readonly weights: WeightTensors | null
  /** By the student's stage: the teacher's that it imitates. */
  readonly stages: Readonly<Record<string, StageInfo>>
  /** @param pixels - uint8 [images, side, side, 3]. @returns By the student's stage, [images, channels, rows, cols]. */
  look(pixels: Uint8Array): Promise<Record<string, TensorData>>
  close(): Promise<void>
}

/** Images to a run of the network: more are slower on a CPU. */
const together = 2

/**
 * @param images - Of each call of `look`; even.
 * @throws {UsageError} No such network. @throws {ModelError} Its weights are not there.
 */
export async function openTeacher(
  name: string,
  weightsFolder: string,
  { images, side, threads }: { readonly images: number; readonly side: number; readonly threads: number },
  task: Task,
): Promise<Teacher> {
  const { id, weights, weightsId } = await resolveBackbone(
    { backbone: name, weightsFolders: [weightsFolder] },
    task,
  )
  const stages = stagesOf(name)
  const theirs = [...new Set(Object.values(stages).map((stage) => stage.name))]
  const network = networkOf({ id, weights, weightsId, stages: theirs })
  const compiled = await compile(
    `teacher ${id}`,
    { pixels: { dtype: 'uint8', shape: [together, side, side, 3] } },
    ({ pixels }) => {
      const built = network.build(pixels)
      return Object.fromEntries(Object.entries(stages).map(([ours, { name }]) => [ours, built.get(name)!]))
    },
    { threads },
  )
  const each = side * side * 3
  return {
    ...{ id, weightsId: network.weightsId, weights, stages },
    async look(all) {
      const parts: Record<string, TensorData>[] = []
      for (let i = 0; i < images; i += together) {
        const data = all.subarray(i * each, (i + together) * each)
        parts.push(await compiled.run({ pixels: data }))
      }
      return Object.fromEntries(Object.keys(stages).map((stage) => [stage, joined(parts, stage)]))
    },
    close: () => compiled.close(),
  }
}

/** MobileNetV2's are those the student was made after; of any other, the last of each stride, and the one before it at 16. */
function stagesOf(name: string): Record<string, StageInfo> {
  const { stages } = architecture(name)
  if (name === 'mobilenet_v2') {
    return Object.fromEntries(
      Object.entries(imitated).map(([ours, theirs]) => [ours, stages.find((each) => each.name === theirs)!]),
    )
  }
  const used = new Set<StageInfo>()
  const found = plumbS.stages.toReversed().map((ours): [string, StageInfo] => {
    const same = stages.filter(({ stride }) => stride === ours.stride)
    const theirs = same.findLast((each) => !used.has(each)) ?? same.at(-1)
    if (theirs === undefined) throw new Error(`${name} has no stage of stride ${ours.stride}`)
    used.add(theirs)
    return [ours.name, theirs]
  })
  return Object.fromEntries(found.reverse())
}

function joined(parts: readonly Record<string, TensorData>[], stage: string): TensorData {
  const [, ...shape] = parts[0]![stage]!.shape
  const length = parts[0]![stage]!.data.length
  const data = new Float32Array(length * parts.length)
  parts.forEach((part, i) => {
    data.set(part[stage]!.data as Float32Array, i * length)
  })
  return tensor(data, [parts.length * together, ...shape])
}
