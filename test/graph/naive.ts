/** Slow but obvious twins of the graph's operations, on plain nested indices and in double precision. */

/** Row-major. */
export interface Naive {
  readonly shape: readonly number[]
  readonly data: readonly number[]
}

export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1)

/** Every index of a shape in row-major order. */
export function* indices(shape: readonly number[]): Generator<number[]> {
  const index = shape.map(() => 0)
  if (size(shape) === 0) return
  for (;;) {
    yield [...index]
    let axis = shape.length - 1
    while (axis >= 0 && ++index[axis]! === shape[axis]) index[axis--] = 0
    if (axis < 0) return
  }
}

/** Element at an index; outside, `otherwise`. */
export function at({ shape, data }: Naive, index: readonly number[], otherwise = Number.NaN): number {
  let position = 0
  for (const [axis, extent] of shape.entries()) {
    const i = index[axis]!
    if (i < 0 || i >= extent) return otherwise
    position = position * extent + i
  }
  return data[position]!
}

export const fill = (shape: readonly number[], value: (index: number[]) => number): Naive => ({
  shape,
  data: [...indices(shape)].map(value),
})

/** Element of `x` where `index` of a broadcast result reads it. */
export function atBroadcast(x: Naive, index: readonly number[]): number {
  const own = index.slice(index.length - x.shape.length)
  return at(
    x,
    own.map((i, axis) => (x.shape[axis] === 1 ? 0 : i)),
  )
}

export function broadcast(...shapes: (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, i) =>
    Math.max(
      ...shapes.map((shape) => {
        const extent = shape[shape.length - rank + i] ?? 1
        return extent
      }),
    ),
  )
}

export const zip = (op: (...values: number[]) => number, ...xs: Naive[]): Naive =>
  fill(broadcast(...xs.map(({ shape }) => shape)), (index) => op(...xs.map((x) => atBroadcast(x, index))))

export interface NaiveWindow {
  readonly kernel: readonly [number, number]
  readonly stride: readonly [number, number]
  readonly padding: readonly [number, number, number, number]
  readonly dilation: readonly [number, number]
}

/** Rows and cols of the result of a window that slides over `rows` and `cols`; below 1 where none fits. */
export function slides(rows: number, cols: number, window: NaiveWindow): [number, number] {
  const { kernel, stride, padding, dilation } = window
  const count = (extent: number, axis: 0 | 1) => {
    let n = 0
    const reach = dilation[axis] * (kernel[axis] - 1)
    for (let start = -padding[axis]; start + reach < extent + padding[axis + 2]!; start += stride[axis]) n++
    return n
  }
  return [count(rows, 0), count(cols, 1)]
}

export function conv2d(x: Naive, w: Naive, bias: Naive | null, window: NaiveWindow, groups: number): Naive {
  const [images, , rows, cols] = x.shape as [number, number, number, number]
  const [outputs, depth] = w.shape as [number, number]
  const { kernel, stride, padding, dilation } = window
  return fill([images, outputs, ...slides(rows, cols, window)], ([n, o, r, c]) => {
    let sum = bias === null ? 0 : bias.data[o!]!
    const first = Math.floor(o! / (outputs / groups)) * depth
    for (const [d, i, j] of indices([depth, ...kernel])) {
      const row = r! * stride[0] - padding[0] + i! * dilation[0]
      const col = c! * stride[1] - padding[1] + j! * dilation[1]
      sum += at(x, [n!, first + d!, row, col], 0) * at(w, [o!, d!, i!, j!])
    }
    return sum
  })
}

/** `reduce` gets the elements of a window that lie inside and the number of those outside. */
export function pool(
  x: Naive,
  window: NaiveWindow,
  reduce: (inside: number[], outside: number) => number,
): Naive {
  const [images, channels, rows, cols] = x.shape as [number, number, number, number]
  const { kernel, stride, padding } = window
  return fill([images, channels, ...slides(rows, cols, window)], ([n, c, r, k]) => {
    const all = [...indices(kernel)].map(([i, j]) =>
      at(x, [n!, c!, r! * stride[0] - padding[0] + i!, k! * stride[1] - padding[1] + j!]),
    )
    const inside = all.filter((value) => !Number.isNaN(value))
    return reduce(inside, all.length - inside.length)
  })
}

/** Source: pytorch.org/docs, torch.nn.functional.interpolate with align_corners=False. */
export function resize(x: Naive, rows: number, cols: number, mode: 'bilinear' | 'nearest'): Naive {
  const [images, channels, inRows, inCols] = x.shape as [number, number, number, number]
  const locate = (i: number, extent: number, wanted: number) => {
    if (mode === 'nearest') return { low: Math.floor((i * extent) / wanted), high: 0, weight: 0 }
    const position = Math.min(Math.max(((i + 0.5) * extent) / wanted - 0.5, 0), extent - 1)
    const low = Math.floor(position)
    return { low, high: Math.min(low + 1, extent - 1), weight: position - low }
  }
  return fill([images, channels, rows, cols], ([n, c, r, k]) => {
    const y = locate(r!, inRows, rows)
    const z = locate(k!, inCols, cols)
    const value = (i: number, j: number) => at(x, [n!, c!, i, j])
    const upper = value(y.low, z.low) * (1 - z.weight) + value(y.low, z.high) * z.weight
    const lower = value(y.high, z.low) * (1 - z.weight) + value(y.high, z.high) * z.weight
    return upper * (1 - y.weight) + lower * y.weight
  })
}

/** Folds along axes, which disappear (or stay with extent 1). */
export function reduce(
  x: Naive,
  axes: readonly number[],
  keepDims: boolean,
  fold: (values: number[]) => number,
): Naive {
  const kept = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
  const inner = x.shape.map((extent, axis) => (axes.includes(axis) ? extent : 1))
  const result = fill(kept, (index) =>
    fold(
      [...indices(inner)].map((offset) =>
        at(
          x,
          index.map((i, axis) => i + offset[axis]!),
        ),
      ),
    ),
  )
  return { ...result, shape: keepDims ? kept : x.shape.filter((_, axis) => !axes.includes(axis)) }
}

export function matmul(a: Naive, b: Naive): Naive {
  const [inner, cols] = b.shape.slice(-2) as [number, number]
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2))
  return fill([...batch, a.shape.at(-2)!, cols], (index) => {
    const [row, col] = index.slice(-2) as [number, number]
    const lead = (x: Naive) =>
      index
        .slice(0, -2)
        .slice(index.length - x.shape.length)
        .map((i, axis) => (x.shape[axis] === 1 ? 0 : i))
    let sum = 0
    for (let k = 0; k < inner; k++) sum += at(a, [...lead(a), row, k]) * at(b, [...lead(b), k, col])
    return sum
  })
}
