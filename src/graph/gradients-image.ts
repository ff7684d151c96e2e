/** Gradients of pooling and resizing. */
import { type Rules, rule } from './gradient-rule.ts'
import type { Value } from './graph.ts'
import { resizeSources } from './interpolation.ts'
import { mixAxis } from './mix-axis.ts'
import { div, equal, mul, where } from './ops-elementwise.ts'
import type { AvgPoolAttributes, imageOps } from './ops-image.ts'
import { argMax } from './ops-reduce.ts'
import { expand, pad, reshape, slice } from './ops-shape.ts'
import { foldPatches, type MapShape, patches } from './patches.ts'
import type { Window } from './windows.ts'

export const imageRules: Rules<typeof imageOps> = {
  maxPool: rule((gradient, [x], _, window) => [maxPoolBack(gradient, x, window)]),
  avgPool: rule((gradient, [x], _, window) => [avgPoolBack(gradient, x, window)]),
  globalAveragePool: rule((gradient, [x]) => [
    expand(mul(gradient, 1 / (x.shape[2]! * x.shape[3]!)), x.shape),
  ]),
  resize: rule((gradient, [x], _, { mode }) => {
    const [rows, cols] = [x.shape[2]!, x.shape[3]!]
    const wide = mixAxis(gradient, 2, rows, resizeSources(mode, rows, gradient.shape[2]!))
    return [mixAxis(wide, 3, cols, resizeSources(mode, cols, gradient.shape[3]!))]
  }),
}

/**
 * To the one element that was the maximum, the first of equals, as PyTorch does. From windows laid out as columns: the
 * positions that the runtime's own operation can give are given on the CPU alone.
 */
function maxPoolBack(gradient: Value, x: Value, window: Window): Value {
  const [top, left, bottom, right] = window.padding
  const padded = pad(x, [0, 0, top, left], [0, 0, bottom, right], 'constant', Number.NEGATIVE_INFINITY)
  const [images, , rows, cols] = x.shape as readonly [number, number, number, number]
  const inside: Window = { ...window, padding: [0, 0, 0, 0] }
  const taps = window.kernel[0] * window.kernel[1]
  const columns = reshape(patches(padded, inside), [images, taps, -1])
  const order = x.graph.constant(
    BigInt64Array.from({ length: taps }, (_, tap) => BigInt(tap)),
    [taps, 1],
  )
  const wins = equal(argMax(columns, 1, true), order)
  const shares = where(wins, reshape(gradient, [images, 1, -1]), 0)
  const whole = foldPatches(reshape(shares, [images * taps, -1]), padded.shape as MapShape, inside)
  return slice(whole, { axis: 2, start: top, end: top + rows }, { axis: 3, start: left, end: left + cols })
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
