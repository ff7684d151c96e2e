/** A thousand parts as a thousand dots: what a rate means, in natural frequencies (Gigerenzer and Hoffrage 1995). */
import { html, type Markup } from '../html.ts'

export interface PartsOf1000 {
  readonly escaped: number
  readonly caught: number
  readonly scrapped: number
  readonly passed: number
}

/** Whole numbers that add up to 1,000 and are nearest to the expected ones (largest remainder). */
export function wholeParts(prevalence: number, escapeRate: number, overkillRate: number): PartsOf1000 {
  const expected = [
    1000 * prevalence * escapeRate,
    1000 * prevalence * (1 - escapeRate),
    1000 * (1 - prevalence) * overkillRate,
    1000 * (1 - prevalence) * (1 - overkillRate),
  ]
  const whole = expected.map(Math.floor)
  const missing = 1000 - whole.reduce((sum, value) => sum + value, 0)
  const order = expected
    .map((value, i) => ({ i, rest: value - Math.floor(value) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i)
  for (const { i } of order.slice(0, missing)) whole[i]! += 1
  const [escaped = 0, caught = 0, scrapped = 0, passed = 0] = whole
  return { escaped, caught, scrapped, passed }
}

const columns = 50
const pitch = 14

export function iconArray(parts: PartsOf1000): Markup {
  const rows = Math.ceil(1000 / columns)
  let next = 0
  const take = (n: number): string => {
    let path = ''
    for (let i = 0; i < n; i++, next++) {
      path += `M${(next % columns) * pitch + 7} ${Math.floor(next / columns) * pitch + 7}h0`
    }
    return path
  }
  const escaped = take(parts.escaped)
  const caught = take(parts.caught)
  const scrapped = take(parts.scrapped)
  const passed = take(parts.passed)
  return html`<svg class="chart icon-array" id="icon-array" viewBox="0 0 ${columns * pitch} ${rows * pitch}" role="img" aria-labelledby="icon-array-t icon-array-d">
<title id="icon-array-t">A thousand parts, one dot each</title>
<desc id="icon-array-d">${parts.escaped} defective parts escape, ${parts.caught} defective parts are caught, ${parts.scrapped} good parts are scrapped, ${parts.passed} good parts pass. Rounded to whole parts.</desc>
<path class="dot passed" d="${passed}"/><path class="dot caught" d="${caught}"/>
<path class="dot scrapped" d="${scrapped}"/><path class="dot hole" d="${scrapped}"/>
<path class="dot escaped" d="${escaped}"/></svg>`
}

/** The key to the dots, with counts. */
export function iconArrayLegend(parts: PartsOf1000): Markup {
  const entry = (kind: string, n: number, words: string): Markup =>
    html`<li><svg class="key" viewBox="0 0 14 14" aria-hidden="true"><path class="dot ${kind}" d="M7 7h0"/>${kind === 'scrapped' && html`<path class="dot hole" d="M7 7h0"/>`}</svg><b>${n}</b> ${words}</li>`
  return html`<ul class="legend">${entry('escaped', parts.escaped, 'defective, escape')}${entry('caught', parts.caught, 'defective, caught')}${entry('scrapped', parts.scrapped, 'good, scrapped')}${entry('passed', parts.passed, 'good, pass')}</ul>`
}
