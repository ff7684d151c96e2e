/** Centre, direction, elongation and skew of the pixels inside a mask, from its moments up to the third. */

export interface PrincipalAxis {
  /** Centre of mass; the first pixel's centre is (0.5, 0.5). */
  readonly x: number
  readonly y: number
  /** Direction of the longer axis against the vertical, radians in (-pi/2, pi/2]; positive leans to the right at its upper end. */
  readonly lean: number
  /** Standard deviation along the longer axis by that along the shorter one, >= 1; 1 for a disc, Infinity for a line. */
  readonly elongation: number
  /** Skewness along the longer axis, positive where the thin tail is at the upper end (that is, where the mass is low). */
  readonly skew: number
}

/**
 * @param mask - [height, width], row-major; anything but 0 is inside.
 * @returns null where nothing is inside.
 * Source: Hu 1962, "Visual pattern recognition by moment invariants": the axis is the eigenvector of the central second moments.
 * Cost: two passes over the mask.
 */
export function principalAxis(mask: Uint8Array, width: number, height: number): PrincipalAxis | null {
  let count = 0
  let sumX = 0
  let sumY = 0
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (mask[i] === 0) continue
      count++
      sumX += x
      sumY += y
    }
  }
  if (count === 0) return null
  const meanX = sumX / count
  const meanY = sumY / count
  const m = { xx: 0, xy: 0, yy: 0, xxx: 0, xxy: 0, xyy: 0, yyy: 0 }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (mask[i] === 0) continue
      const dx = x - meanX
      const dy = y - meanY
      m.xx += dx * dx
      m.xy += dx * dy
      m.yy += dy * dy
      m.xxx += dx * dx * dx
      m.xxy += dx * dx * dy
      m.xyy += dx * dy * dy
      m.yyy += dy * dy * dy
    }
  }
  const spread = Math.hypot(m.xx - m.yy, 2 * m.xy)
  const along = (m.xx + m.yy + spread) / 2 / count
  const across = Math.max(0, (m.xx + m.yy - spread) / 2 / count)
  // The unit vector along the longer axis that points upwards (y falls), or to the right where it is level.
  const angle = 0.5 * Math.atan2(2 * m.xy, m.xx - m.yy)
  let ux = Math.cos(angle)
  let uy = Math.sin(angle)
  if (uy > 1e-12 || (Math.abs(uy) <= 1e-12 && ux < 0)) {
    ux = -ux
    uy = -uy
  }
  const third = ux ** 3 * m.xxx + 3 * ux * ux * uy * m.xxy + 3 * ux * uy * uy * m.xyy + uy ** 3 * m.yyy
  return {
    x: meanX + 0.5,
    y: meanY + 0.5,
    lean: Math.atan2(ux, -uy),
    elongation: across === 0 ? (along === 0 ? 1 : Number.POSITIVE_INFINITY) : Math.sqrt(along / across),
    skew: along === 0 ? 0 : third / count / along ** 1.5,
  }
}
