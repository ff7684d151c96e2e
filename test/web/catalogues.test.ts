/** Whatever the station names by an id has its words in every language of the page. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { watchedNames } from '../../src/drift/stream/statistics.ts'
import { dataGuardrails } from '../../src/guardrail/data/catalogue.ts'
import { evaluationGuardrails, modelGuardrails } from '../../src/guardrail/model/catalogue.ts'
import { de } from '../../src/web/words/de.ts'
import { en } from '../../src/web/words/en.ts'
import { driftGroups } from '../../src/wire/station/drift.ts'

const source = join(import.meta.dirname, '../../src')
/** Of all files, so that nothing new is left out. */
const read = (folder: string): readonly string[] =>
  readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(source, folder, name), 'utf8'))
const found = (folders: readonly string[], pattern: RegExp): string[] => [
  ...new Set(folders.flatMap(read).flatMap((text) => [...text.matchAll(pattern)].map(([, id]) => id ?? ''))),
]

const errorCodes = [
  ...readFileSync(join(source, 'errors.ts'), 'utf8').matchAll(/readonly code = '([A-Z]+)'/g),
].map(([, code]) => code ?? '')

/** What the page asks the catalogue for, by what the station's answers name. */
const ids = {
  findings: [
    ...[...dataGuardrails, ...evaluationGuardrails, ...modelGuardrails].map(({ id }) => id),
    ...found(['evaluate', 'run', 'guardrail'], /\bid: '([a-z]+\.[a-z-]+)',\n\s*severity:/g),
  ].map((id) => `finding.${id}`),
  alarms: watchedNames.flatMap((name) => [
    `statistic.${name}`,
    ...['less', 'more'].map((way) => `alarm.${name}.${way}`),
  ]),
  groups: driftGroups.flatMap((group) => [`group.${group}`, `alarmTodo.${group}`]),
  refusals: [
    ...found(['serve'], /\bcode: '([A-Z_]+)'/g),
    ...found(['serve'], /refused\(\s*\d+,\s*'([A-Z_]+)'/g),
    ...errorCodes,
  ]
    .filter((code) => code !== 'ROLE' && code !== 'SHAPE') // by their status; a bug, told as one
    .map((code) => `problem.${code}`),
  checks: found(['serve'], /name: '(model|records|station)'/g).flatMap((name) =>
    ['', '.yes', '.no'].map((end) => `check.${name}${end}`),
  ),
}

describe.each(Object.entries(ids))('%s', (_, wanted) => {
  it.each(Object.entries({ en, de }))('are said in %s', (_, words) => {
    expect(wanted.length).toBeGreaterThan(4)
    expect(wanted.filter((id) => !Object.hasOwn(words, id))).toEqual([])
  })
})
