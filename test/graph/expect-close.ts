/** Numbers within a tolerance, the worst of them reported. */
import { expect } from 'vitest'

export interface Tolerance {
  readonly atol: number
  readonly rtol?: number
}

/** Passes where |got - want| <= atol + rtol |want| for every element. */
export function expectClose(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
  { atol, rtol = 0 }: Tolerance,
  what = 'values',
): void {
  expect(got.length, what).toBe(want.length)
  let worst = { i: -1, excess: 0 }
  for (let i = 0; i < want.length; i++) {
    const difference = Math.abs(got[i]! - want[i]!)
    const excess = difference / (atol + rtol * Math.abs(want[i]!))
    if (!(excess <= 1) && !(excess <= worst.excess)) worst = { i, excess }
  }
  const message = `${what}[${worst.i}]: got ${got[worst.i]}, want ${want[worst.i]}, ${worst.excess.toFixed(1)} times the tolerance`
  expect(worst.i, message).toBe(-1)
}
