/**
 * The position embedding of a vision transformer for another grid of patches than it was trained on.
 *
 * DINOv2's models without registers and those with them were trained, and are used by their authors, with two different
 * rules; others (timm, transformers) interpolate the former by rules of their own, and get other features.
 */

/**
 * `offset`: bicubic with a = -0.75, no smoothing, from cell to cell a step of `from / (to + 0.1)`. The tenth was added
 * upstream against rounding (interpolate_offset), and the models without registers have it.
 * `smoothed`: bicubic with a = -0.5, widened where the grid shrinks (antialias), a step of `from / to`.
 *
 * Source: github.com/facebookresearch/dinov2, dinov2/models/vision_transformer.py (interpolate_pos_encoding) and
 * dinov2/hub/backbones.py; PyTorch's upsample_bicubic2d and its antialiased form.
 */
export type PositionRule = 'offset' | 'smoothed'

export interface Grid {
  readonly rows: number
  readonly cols: number
}

/**
 * @param positions - float32 [from.rows * from.cols, width], row-major.
 * @returns The same for the grid `to`; `positions` itself where the grids are equal. Computed in double precision.
 */
export function interpolatePositions(
  positions: Float32Array,
  from: Grid,
  to: Grid,
  width: number,
  rule: PositionRule,
): Float32Array {
  if (from.rows === to.rows && from.cols === to.cols) return positions
  const down = sources(from.rows, to.rows, rule)
  const across = sources(from.cols, to.cols, rule)
  const result = new Float32Array(to.rows * to.cols * width)
  const mixed = new Float64Array(width)
  for (const [row, rowSources] of down.entries()) {
    for (const [col, colSources] of across.entries()) {
      mixed.fill(0)
      for (const [sourceRow, rowWeight] of rowSources) {
        for (const [sourceCol, colWeight] of colSources) {
          const start = (sourceRow * from.cols + sourceCol) * width
          const weight = rowWeight * colWeight
          for (let i = 0; i < width; i++) mixed[i]! += weight * positions[start + i]!
        }
      }
      result.set(mixed, (row * to.cols + col) * width)
    }
  }
  return result
}

type Sources = readonly (readonly [index: number, weight: number])[]

/** For each cell of the result along one axis, the cells that it is mixed from, and their weights, which sum to 1. */
function sources(from: number, to: number, rule: PositionRule): readonly Sources[] {
  const step = rule === 'offset' ? from / (to + 0.1) : from / to
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * step // in cells of the source, which lie at 0.5, 1.5, ...
    return rule === 'offset' ? bicubic(centre, from) : smoothedBicubic(centre, from, Math.max(1, step))
  })
}

/** Beyond the border the outermost cell counts again. */
function bicubic(centre: number, extent: number): Sources {
  const first = Math.floor(centre - 0.5) - 1
  return Array.from({ length: 4 }, (_, i) => {
    const index = Math.min(extent - 1, Math.max(0, first + i))
    return [index, cubic(first + i + 0.5 - centre, -0.75)] as const
  })
}

/** Beyond the border there is nothing; the weights that are left are scaled to sum to 1. */
function smoothedBicubic(centre: number, extent: number, scale: number): Sources {
  const reach = 2 * scale
  const first = Math.max(0, Math.trunc(centre - reach + 0.5))
  const end = Math.min(extent, Math.trunc(centre + reach + 0.5))
  const weights = Array.from({ length: end - first }, (_, i) =>
    cubic((first + i + 0.5 - centre) / scale, -0.5),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight, i) => [first + i, weight / total])
}

/** Source: Keys 1981, "Cubic convolution interpolation", equation 4; `a` is the slope at 1. */
function cubic(distance: number, a: number): number {
  const x = Math.abs(distance)
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
}
