/**
 * Loaded before a worker's second process: while the file that `?flag=` names is there, contents cannot be written to the store, for the
 * reason that stands in it, e.g. `ENOSPC`.
 */
import { existsSync, readFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const flag = new URL(import.meta.url).searchParams.get('flag') ?? ''
const open = fs.open
fs.open = async (path, flags, ...more) => {
  if (String(flags).startsWith('w') && /\/store\/blobs\//.test(String(path)) && existsSync(flag)) {
    const code = readFileSync(flag, 'utf8')
    throw Object.assign(new Error(`${code}: ${path}`), { code })
  }
  return open(path, flags, ...more)
}
syncBuiltinESMExports()
