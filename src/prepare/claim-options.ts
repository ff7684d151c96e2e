/** A folder is continued only with the options that it was begun with. */
import { join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../errors.ts'
import { writeFileAtomic } from '../files/atomic.ts'
import { maybeReadJson } from '../files/read-json.ts'
import { workFolder } from './kept-results.ts'

/**
 * @param options - Plain data; everything that decides the output.
 * @throws {UsageError} The folder was begun with others; they are named.
 * @throws {InputError} The folder cannot be read or written.
 */
export async function claimOptions(out: string, options: Readonly<Record<string, unknown>>): Promise<void> {
  const path = join(out, workFolder, 'options.json')
  const found = await maybeReadJson(path, z.record(z.string(), z.unknown()))
  if (found === undefined) return writeFileAtomic(path, `${JSON.stringify(options, null, 1)}\n`)
  const names = [...new Set([...Object.keys(found), ...Object.keys(options)])]
  const changed = names.filter((name) => JSON.stringify(found[name]) !== JSON.stringify(options[name]))
  if (changed.length === 0) return
  const list = changed.map(
    (name) => `${name} was ${JSON.stringify(found[name])}, is ${JSON.stringify(options[name])}`,
  )
  throw new UsageError(
    `--out: ${out} was prepared with other options (${list.join('; ')}): name another folder`,
  )
}
