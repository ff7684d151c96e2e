// The compiler carries over only TypeScript; the report's page also needs its style and script files beside it, the shipped
// backbone its weights.
import { cpSync } from 'node:fs'

const here = (path) => new URL(`../${path}`, import.meta.url)
cpSync(here('src/report/page'), here('dist/report/page'), { recursive: true })
cpSync(here('src/backbone/assets'), here('dist/backbone/assets'), { recursive: true })
