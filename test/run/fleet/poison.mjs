/** Loaded before a worker's second process: reading a file with the word in it ends the process, as a bad image does a decoder. */
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const read = fs.readFile
fs.readFile = async (...named) => {
  const bytes = await read(...named)
  if (Buffer.isBuffer(bytes) && bytes.includes('POISONED PICTURE')) process.kill(process.pid, 'SIGKILL')
  return bytes
}
syncBuiltinESMExports()
