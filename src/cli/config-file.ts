/** `--config FILE`: a JSON object with the names of the options, without dashes, and of the operands in lower case. */
import { dirname, resolve } from 'node:path'
import { UsageError } from '../errors.ts'
import { readText } from '../files/read-json.ts'
import type { Config } from './parse-arguments.ts'

/** @returns The file named by `--config` on the command line, read; null where none is named. */
export async function readConfigFile(argv: readonly string[], cwd: string): Promise<Config | null> {
  const named = findConfigPath(argv)
  if (named === undefined) return null
  const path = resolve(cwd, named)
  const entries = parseObject(path, await readText(path))
  return { path: named, folder: dirname(path), entries }
}

/** The value of `--config`; the parser proper deals with a value that is missing. */
function findConfigPath(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--')
  const words = end < 0 ? argv : argv.slice(0, end)
  const inline = words.find((word) => word.startsWith('--config='))
  if (inline !== undefined) return inline.slice('--config='.length)
  const at = words.indexOf('--config')
  return at < 0 ? undefined : words[at + 1]
}

/** @throws {UsageError} Not JSON, or not an object. */
function parseObject(path: string, text: string): Record<string, unknown> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`${path}: is not JSON: ${(cause as Error).message}`, { cause })
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new UsageError(`${path}: expected a JSON object of option names and values`)
  }
  return json as Record<string, unknown>
}
