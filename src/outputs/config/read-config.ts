/** Reads the file of `serve --outputs`. Every mistake is told, each with the key it is about; no value is repeated. */
import { dirname, resolve } from 'node:path'
import type { z } from 'zod'
import { InputError, UsageError } from '../../errors.ts'
import { readText } from '../../files/read-json.ts'
import { type OutputsConfig, outputsConfigSchema } from './schema.ts'

export interface FoundConfig {
  readonly config: OutputsConfig
  /** Of the file, for messages. */
  readonly path: string
  /** Paths in it are relative to this. */
  readonly folder: string
}

/** @throws {InputError} The file cannot be read or is not JSON. @throws {UsageError} What it says, key by key. */
export async function readOutputsConfig(path: string): Promise<FoundConfig> {
  const text = await readText(path)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new InputError(path, `is not JSON${placeOf(cause)}`, { cause })
  }
  return { config: parseOutputsConfig(json, path), path, folder: dirname(resolve(path)) }
}

/** @param path - For messages. @throws {UsageError} What is wrong, key by key. */
export function parseOutputsConfig(json: unknown, path: string): OutputsConfig {
  const parsed = outputsConfigSchema.safeParse(json)
  if (!parsed.success) throw new UsageError(listed(path, parsed.error.issues.map(shown)))
  const problems = problemsOf(parsed.data)
  if (problems.length > 0) throw new UsageError(listed(path, problems))
  return parsed.data
}

/** What the schema cannot say. */
function problemsOf({ outputs }: OutputsConfig): string[] {
  const problems: string[] = []
  for (const [i, output] of outputs.entries()) {
    const first = outputs.findIndex(({ name }) => name === output.name)
    if (first < i) problems.push(`outputs[${i}].name: outputs[${first}] has the same`)
    if (output.type === 'opcua' && (output.username === undefined) !== (output.password === undefined))
      problems.push(`outputs[${i}].username: comes with "password", and "password" with "username"`)
    if ('url' in output && (output.certificate === undefined) !== (output.key === undefined))
      problems.push(`outputs[${i}].certificate: comes with "key", and "key" with "certificate"`)
  }
  return problems
}

function shown({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? message : `${keyOf(path)}: ${message}`
}

/** As it is written in JavaScript: `outputs[1].url`. */
function keyOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '')
}

function listed(path: string, problems: readonly string[]): string {
  if (problems.length === 1) return `${path}: ${problems[0]}`
  return [`${path}: ${problems.length} mistakes:`, ...problems.map((problem) => `  ${problem}`)].join('\n')
}

/** Where JSON breaks, without what stands there: it may be a secret. */
function placeOf(error: unknown): string {
  const at = /at position \d+( \(line \d+ column \d+\))?/.exec((error as Error).message)
  return at === null ? '' : ` ${at[0]}`
}
