/** How bad a defect is, and how large that makes it. */
import type { Random } from '../math/random.ts'
import type { DefectSpec, Severity } from './render-spec.ts'

/** Least and most of length, width and depth, mm, by severity. */
export type Extents = Readonly<
  Record<
    Severity,
    readonly [
      length0: number,
      length1: number,
      width0: number,
      width1: number,
      depth0: number,
      depth1: number,
    ]
  >
>

/** How often each severity is drawn. */
const severityShares: readonly (readonly [Severity, number])[] = [
  ['subtle', 0.25],
  ['clear', 0.4],
  ['obvious', 0.35],
]

export function drawExtents(
  extents: Extents,
  random: Random,
): Pick<DefectSpec, 'severity' | 'length' | 'width' | 'depth'> {
  const severity = drawSeverity(random)
  const draw = (low: number, high: number): number => low + (high - low) * random.uniform()
  const [length0, length1, width0, width1, depth0, depth1] = extents[severity]
  return {
    severity,
    length: draw(length0, length1),
    width: draw(width0, width1),
    depth: draw(depth0, depth1),
  }
}

function drawSeverity(random: Random): Severity {
  let left = random.uniform()
  for (const [severity, share] of severityShares) {
    left -= share
    if (left < 0) return severity
  }
  return 'obvious'
}
