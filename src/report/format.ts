/** Numbers as a reader wants them: a thin vocabulary, so that one figure looks the same wherever it stands. */
import type { Estimate, Evaluation, Interval } from '../wire/evaluation.ts'

/** What stands where a figure is undefined (no masks, one fold, 0/0). */
export const absent = '–'

/** A figure with `digits` decimals and a true minus sign. */
export function fixed(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return absent
  const text = value.toFixed(digits)
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text.replace('-', '−')
}

/** A measured share in 0..1 as a percentage with one decimal; `page/what-if.js` repeats it. */
export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined) return absent
  return `${fixed(value * 100, 1)}\u202f%`
}

/** A stated share in 0..1, as it was stated: `2 %`, `0.25 %`. */
export function statedPercent(value: number): string {
  return `${Number((value * 100).toPrecision(4))}\u202f%`
}

/** `4.2 to 17.5 %`. */
export function percentInterval(bounds: Interval | null | undefined): string {
  const text = interval(bounds, (value) => fixed(value === null ? null : value * 100, 1))
  return text === absent ? text : `${text}\u202f%`
}

/** A count that may be expected rather than observed: whole from 100 on, one decimal from 1 on, two below. */
export function count(value: number | null | undefined): string {
  if (value === null || value === undefined) return absent
  const size = Math.abs(value)
  return trimZeros(grouped(value, size >= 100 ? 0 : size >= 0.995 || size === 0 ? 1 : 2))
}

/** A number with thin-space thousands. */
export function grouped(value: number, digits = 0): string {
  const [whole = '', decimals] = fixed(value, digits).split('.')
  const spaced = whole.replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f')
  return decimals === undefined ? spaced : `${spaced}.${decimals}`
}

/** A raw score or threshold: four significant digits, exponent only where unavoidable. */
export function score(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return absent
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2).replace('-', '−')
  return fixed(value, size >= 1000 ? 1 : size >= 100 ? 2 : size >= 10 ? 3 : 4)
}

/** `0.881 to 0.923`; an undefined end is a dash, an undefined interval one dash. */
export function interval(
  bounds: Interval | null | undefined,
  show: (value: number | null) => string = (value) => fixed(value),
): string {
  if (bounds === null || bounds === undefined) return absent
  const [low, high] = bounds
  if (low === null && high === null) return absent
  return `${show(low)} to ${show(high)}`
}

/** Seconds as a person says them. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${fixed(seconds, 1)} s`
  if (seconds < 90) return `${Math.round(seconds)} s`
  const minutes = seconds / 60
  return minutes < 90 ? `${Math.round(minutes)} min` : `${fixed(minutes / 60, 1)} h`
}

/** An ISO time as `3 March 2026, 14:05 UTC`; text that is no time is shown as it is. */
export function dateTime(iso: string): string {
  const time = new Date(iso)
  if (Number.isNaN(time.getTime())) return iso
  const date = `${time.getUTCDate()} ${months[time.getUTCMonth()]} ${time.getUTCFullYear()}`
  return `${date}, ${time.toISOString().slice(11, 16)} UTC`
}

const months = 'January February March April May June July August September October November December'.split(
  ' ',
)

const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

/** The interval to quote for an estimate: the corrected resampled t where there are folds, else the bootstrap. */
export function quotedInterval(estimate: Estimate): Interval | null {
  if (estimate.ci[0] !== null || estimate.ci[1] !== null) return estimate.ci
  return estimate.bootstrapCi
}

/** `1 part`, `2 parts`. */
export function plural(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`
}

/** What is looked at beside the size of the input: nothing, or `, tiles of 512 × 512`, `, region of interest of 40 % of the image`. */
export function viewWords({ tiles, roi }: Pick<Evaluation['input'], 'tiles' | 'roi'>): string {
  const words = [
    tiles && `tiles of ${tiles.width} × ${tiles.height}`,
    roi && `region of interest of ${percent(roi.share)} of the image`,
  ].filter((each) => each !== undefined)
  return words.map((each) => `, ${each}`).join('')
}
