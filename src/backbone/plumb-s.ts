/**
 * plumb-s: the small backbone that is shipped with the program, distilled from MobileNetV2 (docs/backbones/plumb-s.md).
 *
 * Half of MobileNetV2's time goes into its first four blocks, whose many channels at half and a quarter of the image's size
 * cost memory traffic more than arithmetic. Here four plain convolutions take their place, and what follows are
 * MobileNetV2's own blocks, narrower inside. Every stage imitates one of MobileNetV2's, channel by channel.
 */
import { add, clip, relu, type Value } from '../graph/index.ts'
import type { Architecture } from './architecture.ts'
import { convolution } from './convolution.ts'

/** One convolution with its bias. */
export interface Layer {
  /** Its tensors are `<name>.weight` and `<name>.bias`. */
  readonly name: string
  readonly inputs: number
  readonly outputs: number
  /** Side of the square window. */
  readonly kernel: number
  readonly stride: number
  /** `inputs` for a depthwise convolution. */
  readonly groups: number
}

const plain = (name: string, inputs: number, outputs: number, kernel: number, stride: number): Layer => ({
  ...{ name, inputs, outputs, kernel, stride },
  groups: 1,
})

/** From the image to a bottleneck like that of MobileNetV2's fourth block; without activation after the last. */
export const entrance = {
  half: plain('entrance.half', 3, 16, 3, 2),
  quarter: plain('entrance.quarter', 16, 32, 3, 2),
  eighth: plain('entrance.eighth', 32, 64, 3, 2),
  narrow: plain('entrance.narrow', 64, 32, 3, 1),
} as const

/** From a quarter of the image's size to the first stage. */
export const side = plain('stage1', 32, 24, 1, 1)

export interface Bottleneck {
  readonly expand: Layer
  readonly depthwise: Layer
  readonly project: Layer
}

/** MobileNetV2's block, channels out, channels inside (there six times those that come in), stride. */
const table = [
  [5, 32, 96, 1],
  [6, 32, 96, 1],
  [7, 64, 128, 2],
  [8, 64, 224, 1],
  [9, 64, 224, 1],
  [10, 64, 224, 1],
  [11, 96, 224, 1],
  [12, 96, 320, 1],
  [13, 96, 320, 1],
] as const

export const bottlenecks: readonly Bottleneck[] = table.map(([number, outputs, hidden, stride], i) => {
  const inputs = table[i - 1]?.[1] ?? entrance.narrow.outputs
  const name = `block${number}`
  return {
    expand: plain(`${name}.expand`, inputs, hidden, 1, 1),
    depthwise: { ...plain(`${name}.depthwise`, hidden, hidden, 3, stride), groups: hidden },
    project: plain(`${name}.project`, hidden, outputs, 1, 1),
  }
})

export const layers: readonly Layer[] = [
  ...Object.values(entrance),
  side,
  ...bottlenecks.flatMap(({ expand, depthwise, project }) => [expand, depthwise, project]),
]

/** [outputs, inputs / groups, rows, cols] */
export const weightShape = ({ outputs, inputs, groups, kernel }: Layer): readonly number[] => [
  ...[outputs, inputs / groups, kernel, kernel],
]

/** What of MobileNetV2 each stage imitates, and the entrance, which is no stage but is trained like one. */
export const imitated = {
  entrance: 'features.4',
  stage1: 'features.3',
  stage2: 'features.6',
  stage3: 'features.10',
  stage4: 'features.13',
} as const

const stageAfter: Readonly<Record<string, string>> = {
  'block6.project': 'stage2',
  'block10.project': 'stage3',
  'block13.project': 'stage4',
}

const relu6 = (x: Value): Value => clip(x, { min: 0, max: 6 })

/**
 * The network, whoever holds its weights.
 *
 * @param x - Normalised image, float32 [images, 3, rows, cols].
 * @param convolve - Applies a layer, without activation.
 * @returns The stages as far as `deepest`, and what the entrance gives, by name.
 */
export function buildPlumbS(
  x: Value,
  convolve: (x: Value, layer: Layer) => Value,
  deepest = 'stage4',
): ReadonlyMap<string, Value> {
  const quarter = relu(convolve(relu(convolve(x, entrance.half)), entrance.quarter))
  const stages = new Map([['stage1', convolve(quarter, side)]])
  if (deepest === 'stage1') return stages
  let y = convolve(relu(convolve(quarter, entrance.eighth)), entrance.narrow)
  stages.set('entrance', y)
  for (const { expand, depthwise, project } of bottlenecks) {
    const input = y
    y = convolve(relu6(convolve(relu6(convolve(input, expand)), depthwise)), project)
    if (depthwise.stride === 1 && expand.inputs === project.outputs) y = add(input, y)
    const stage = stageAfter[project.name]
    if (stage !== undefined) stages.set(stage, y)
    if (stage === deepest) break
  }
  return stages
}

export const plumbS: Architecture = {
  id: 'plumb-s',
  stages: [
    { name: 'stage1', channels: 24, stride: 4 },
    { name: 'stage2', channels: 32, stride: 8 },
    { name: 'stage3', channels: 64, stride: 16 },
    { name: 'stage4', channels: 96, stride: 16 },
  ],
  patchDefaults: { stages: ['stage3', 'stage4'], stride: 16, neighbourhood: 3, unitLength: true },
  leastSide: 32,
  embedded: null,
  build(input, weights, padding, deepest) {
    const source = { weights, padding, epsilon: 0, imageRows: input.shape[2]! }
    const convolve = (x: Value, layer: Layer) =>
      convolution(source, x, layer.name, `${layer.name}.norm`, layer)
    return buildPlumbS(input, convolve, deepest)
  },
}
