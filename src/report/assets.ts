/** The page's own style and script, from the files in `page/`, with the palette and the what-if arithmetic put in. */
import { readFileSync } from 'node:fs'
import { paletteCss } from './palette.ts'
import { consequences } from './what-if.ts'

const file = (name: string): string => readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8')

/** Style of the page; never holds `</style`. */
export function pageStyle(): string {
  return `\n${paletteCss()}\n${['base.css', 'controls.css', 'sections.css', 'panel.css', 'charts.css', 'gallery.css', 'activations.css', 'diagnosis.css', 'media.css'].map(file).join('\n')}`
}

/**
 * Script of the page; never holds `</script`. The arithmetic is the very function that fills the page's tables. Compilers
 * that keep function names (tsx does) leave calls to a helper `__name` in its source, hence the stand-in.
 */
export function pageScript(): string {
  const parts = ['theme.js', 'what-if.js', 'subgroups.js', 'gallery.js'].map(file)
  return `\n(() => {\n'use strict'\nconst __name = (value) => value\nconst consequences = ${consequences.toString()}\n${parts.join('\n')}\n})()\n`
}

/** Style and script of the page to look through a preparation. */
export const reviewStyle = (): string => `${pageStyle()}\n${file('review.css')}`
export const reviewScript = (): string =>
  `\n(() => {\n'use strict'\n${['theme.js', 'review.js'].map(file).join('\n')}\n})()\n`
