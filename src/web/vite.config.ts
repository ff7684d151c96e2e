/** Builds the station's page into `dist/web`, from which `serve` gives it out. */
import { defineConfig, type Plugin } from 'vite'
import { paletteCss } from '../report/palette.ts'

/** The report's colours as a style sheet, so that page and report have one palette. */
function palette(): Plugin {
  const id = 'virtual:palette.css'
  return {
    name: 'plumbline-palette',
    resolveId: (source) => (source === id ? `\0${id}` : null),
    load: (source) => (source === `\0${id}` ? paletteCss() : null),
  }
}

const config = defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [palette()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // a policy without inline sources: no data: URLs, no inline modules
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})

export { config as default }
