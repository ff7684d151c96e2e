/** Gradients of pooling and resizing. */
import { type Rules, rule, zeros } from './gradient-rule.ts'
import type { Value } from './graph.ts'
import { mixAxis } from './mix-axis.ts'
import { div, mul } from './ops-elementwise.ts'
import { type AvgPoolAttributes, type imageOps, maxPoolPositions, type ResizeMode } from './ops-image.ts'
import { scatterElements } from './ops-scatter.ts'
import { expand, reshape } from './ops-shape.ts'
import { elementCount } from './tensor.ts'
import type { Window } from './windows.ts'

export const imageRules: Rules<typeof imageOps> = {
  maxPool: rule((gradient, [x], _, window) => [maxPoolBack(gradient, x!, window)]),
  maxPoolPositions: ({ gradients, inputs: [x], attributes }) => [maxPoolBack(gradients[0]!, x!, attributes)],
  avgPool: rule((gradient, [x], _, window) => [avgPoolBack(gradient, x!, window)]),
  globalAveragePool: rule((gradient, [x]) => [
    expand(mul(gradient, 1 / (x!.shape[2]! * x!.shape[3]!)), x!.shape),
  ]),
  resize: rule((gradient, [x], _, { mode }) => {
    const [rows, cols] = [x!.shape[2]!, x!.shape[3]!]
    const wide = mixAxis(gradient, 2, rows, sharesOf(mode, rows, gradient.shape[2]!))
    return [mixAxis(wide, 3, cols, sharesOf(mode, cols, gradient.shape[3]!))]
  }),
}

/** To the one element that was the maximum, as PyTorch does, also where several are equal. */
function maxPoolBack(gradient: Value, x: Value, { kernel, stride, padding }: Window): Value {
  const positions = maxPoolPositions(x, kernel, { stride, padding })
  const flat = scatterElements(
    zeros(x, [elementCount(x.shape)]),
    reshape(positions, [-1]),
    reshape(gradient, [-1]),
    0,
  )
  return reshape(flat, x.shape)
}

/** Each element gets its share of every window that it is in; rows and cols one after the other. */
function avgPoolBack(gradient: Value, x: Value, window: AvgPoolAttributes): Value {
  const { kernel, stride, padding, countIncludePad } = window
  const shares = countIncludePad
    ? mul(gradient, 1 / (kernel[0] * kernel[1]))
    : div(gradient, insideCounts(gradient, x, window))
  return [0, 1].reduce((back, i) => {
    const extent = x.shape[2 + i]!
    return mixAxis(back, 2 + i, extent, (at) => {
      const start = at * stride[i]! - padding[i]!
      const covered = Array.from({ length: kernel[i]! }, (_, k) => start + k)
      return covered.filter((position) => position >= 0 && position < extent).map((position) => [position, 1])
    })
  }, shares)
}

/** How many elements of each window lie inside. */
function insideCounts(gradient: Value, x: Value, { kernel, stride, padding }: Window): Value {
  const [rows, cols] = [gradient.shape[2]!, gradient.shape[3]!]
  const inside = (axis: 0 | 1, i: number): number => {
    const start = i * stride[axis] - padding[axis]
    return Math.min(x.shape[2 + axis]!, start + kernel[axis]) - Math.max(0, start)
  }
  const counts = Float32Array.from(
    { length: rows * cols },
    (_, at) => inside(0, Math.floor(at / cols)) * inside(1, at % cols),
  )
  return x.graph.constant(counts, [rows, cols])
}

/** Which positions of the smaller or larger original each position of a resized axis was mixed from. */
function sharesOf(
  mode: ResizeMode,
  from: number,
  to: number,
): (i: number) => readonly (readonly [number, number])[] {
  if (mode === 'nearest') return (i) => [[Math.min(from - 1, Math.floor((i * from) / to)), 1]]
  return (i) => {
    const centre = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5))
    const below = Math.floor(centre)
    return [
      [below, 1 - (centre - below)],
      [Math.min(from - 1, below + 1), centre - below],
    ]
  }
}
