/**
 * What one defect pixel adds to an area under a recall curve.
 *
 * Every pixel measure here is a mean over defect pixels, each with some weight: recall at a false-alarm rate z is the weighted
 * share of pixels that score above the threshold which allows z. A pixel whose score is exceeded by the share `above` of
 * the nominal pixels, and reached by the share `reached`, is recalled from z = reached on, not up to z = above, and in between
 * (ties with nominal pixels) for a share that rises linearly, as the trapezoids of a curve with a point for each
 * distinct score have it. So no curve need be built and nothing be binned.
 */

/**
 * Mean over false-alarm rates z in 0..limit of whether the pixel is recalled.
 *
 * @param above - Share of nominal pixels with a higher score, 0..1. @param reached - With at least its score; >= above.
 * @param limit - 0 < limit <= 1.
 * @returns 0..1. Source: per-region overlap after Bergmann et al. 2021, IJCV 129 (MVTec AD).
 */
export function recalledShare(above: number, reached: number, limit: number): number {
  if (above >= limit) return 0
  if (reached <= limit) return 1 - (above + reached) / 2 / limit
  return (limit - above) ** 2 / (2 * (reached - above) * limit)
}

/**
 * The same mean over log z, for z in low..high.
 *
 * @param low - 0 < low < high <= 1.
 * @returns 0..1. Source: Bertoldo et al. 2024, arXiv 2401.01984 (AUPIMO).
 */
export function recalledShareOfLog(above: number, reached: number, low: number, high: number): number {
  const from = Math.max(above, low)
  if (from >= high) return 0
  const to = Math.min(Math.max(reached, low), high)
  // Over the ramp, the integral of (z - above) / (reached - above) dz / z.
  const ramp = to > from ? (to - from - above * Math.log(to / from)) / (reached - above) : 0
  return (ramp + Math.log(high / to)) / Math.log(high / low)
}
