/**
 * Loaded before a worker's second process: reading a file with the word in it ends the process, as a bad image does a decoder.
 *
 * `?kinds=fit,rank`: in steps of these kinds alone, as images do of which only scoring finds out. `?once=FILE`: no more than once, which the
 * file then says; `?map=N`: the N-th heat map that is written does it, whatever image it is of.
 */
import { existsSync, writeFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const asked = new URL(import.meta.url).searchParams
const kinds = asked.get('kinds')?.split(',')
const once = asked.get('once')
const map = Number(asked.get('map') ?? 0)
let kind = ''
let maps = 0

const end = () => {
  if (once !== null && existsSync(once)) return
  if (once !== null) writeFileSync(once, 'ended')
  process.kill(process.pid, 'SIGKILL')
}

const read = fs.readFile
fs.readFile = async (...named) => {
  const bytes = await read(...named)
  if (!Buffer.isBuffer(bytes)) return bytes
  if (/\/steps\//.test(String(named[0]))) kind = JSON.parse(bytes.toString()).kind
  else if (bytes.includes('POISONED PICTURE') && (kinds?.includes(kind) ?? true)) end()
  return bytes
}

const rename = fs.rename
fs.rename = async (from, to) => {
  if (/\/maps\/fold-/.test(String(to)) && ++maps === map) end()
  return rename(from, to)
}
syncBuiltinESMExports()
