/** The file that says what a sweep evaluates: YAML, of which JSON is a part, comments and all. */
import { extname } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../errors.ts'
import { readText } from '../../files/read-json.ts'
import { didYouMean } from '../../math/nearest-name.ts'
import { nameOf } from '../../options/option.ts'
import { evaluateAsk } from '../../options/requests/evaluate.ts'

const settings = z.record(z.string(), z.unknown())
const list = <T extends z.ZodType>(item: T) => z.array(item).min(1).max(100)

export const sweepConfigSchema = z.strictObject({
  dataset: z.string().describe('Folder of images, or a manifest; relative to this file.'),
  detectors: list(
    z.union([
      z.string(),
      z.strictObject({
        id: z.string().describe('Method of detection.'),
        name: z
          .string()
          .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/)
          .optional()
          .describe('What it is called here, where one method stands twice; else its id.'),
        options: settings.optional().describe('Settings of the method, as --option has them.'),
      }),
    ]),
  )
    .optional()
    .describe('Methods of detection; patchcore if absent.'),
  backbones: list(z.string()).optional().describe('Feature extractors; the best one at hand if absent.'),
  sizes: list(z.union([z.int(), z.string()]))
    .optional()
    .describe('Model inputs: 256, or 320x240; each method has its own if absent.'),
  seeds: list(z.int().min(0))
    .optional()
    .describe('Seeds; 0 if absent. Folds are drawn by the seed: arms are compared within one.'),
  evaluate: settings
    .optional()
    .describe('Further options of `plumbline evaluate`, by their names without dashes.'),
})

export type SweepConfig = z.infer<typeof sweepConfigSchema>

/** What a cell decides itself, and what the command line says. */
const own = [
  'dataset',
  'out',
  'detector',
  'option',
  'backbone',
  'size',
  'seed',
  'queue',
  'store',
  'when-stopped',
  'device',
  'threads',
  'cache',
]

/** @throws {UsageError} The file is neither YAML nor JSON, or not of the schema: line and place are named. @throws {InputError} */
export async function readSweepConfig(path: string): Promise<SweepConfig> {
  const text = await readText(path)
  const { parseDocument, LineCounter } = await import('yaml')
  const lines = new LineCounter()
  // An alias may stand for a list of lists of lists: none is needed here, few are allowed.
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true })
  const [broken] = document.errors
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0])
    const kind = extname(path).toLowerCase() === '.json' ? 'JSON' : 'YAML'
    throw new UsageError(`${path}:${line}:${col}: is not ${kind}: ${broken.message.split('\n')[0]}`)
  }
  const parsed = sweepConfigSchema.safeParse(document.toJS({ maxAliasCount: 20 }))
  if (!parsed.success)
    throw new UsageError(parsed.error.issues.map((issue) => problemOf(path, issue)).join('\n'))
  checkNames(path, parsed.data.evaluate ?? {})
  return parsed.data
}

function problemOf(path: string, issue: z.core.$ZodIssue): string {
  const known = Object.keys(sweepConfigSchema.shape)
  if (issue.code === 'unrecognized_keys')
    return issue.keys
      .map((key) => `${path}: ${[...issue.path, key].join('.')} is not known${didYouMean(key, known)}`)
      .join('\n')
  return `${path}: ${issue.path.join('.') || 'the document'}: ${issue.message}`
}

function checkNames(path: string, said: Readonly<Record<string, unknown>>): void {
  const names = Object.entries(evaluateAsk.options).map(([key, option]) => nameOf(key, option as never))
  const may = names.filter((name) => !own.includes(name))
  const problems = Object.keys(said).flatMap((name) =>
    may.includes(name)
      ? []
      : own.includes(name)
        ? [
            `${path}: evaluate.${name}: stands ${['device', 'threads', 'cache', 'queue', 'store', 'when-stopped'].includes(name) ? 'on the command line' : 'in a list of its own, outside evaluate'}`,
          ]
        : [`${path}: evaluate.${name} is no option of evaluate${didYouMean(name, may)}`],
  )
  if (problems.length > 0) throw new UsageError(problems.join('\n'))
}

/** The schema of the file as JSON Schema, for editors. */
export const sweepJsonSchema = (): unknown => ({
  title: 'Plumbline sweep',
  ...z.toJSONSchema(sweepConfigSchema),
})
