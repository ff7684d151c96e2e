/** Figures in the sentences of findings. */
import type { Interval } from '../../wire/evaluation.ts'

/** `31 %`, with a decimal below 10 %. */
export function percent(share: number | null): string {
  if (share === null) return 'an unknown share'
  const value = 100 * share
  return `${value === 0 || Math.abs(value) >= 9.95 ? value.toFixed(0) : value.toFixed(1)} %`
}

/** `31 % (95 % interval 20 to 44 %)`. */
export function percentWithin(share: number | null, interval: Interval | null): string {
  const [low, high] = interval ?? [null, null]
  if (low === null || high === null) return percent(share)
  return `${percent(share)} (95 % interval ${percent(low).replace(/ %$/, '')} to ${percent(high)})`
}

/** `0.873 (95 % interval 0.801 to 0.921)`. */
export function figureWithin(value: number | null, interval: Interval | null): string {
  const shown = value === null ? 'undefined' : value.toFixed(3)
  const [low, high] = interval ?? [null, null]
  return low === null || high === null
    ? shown
    : `${shown} (95 % interval ${low.toFixed(3)} to ${high.toFixed(3)})`
}

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

/** A difference of two shares: `3.2 points`, of 100. */
export const points = (difference: number): string => `${(100 * difference).toFixed(1)} points`
