/**
 * `npm run bench:pitfalls`: does every guardrail find what it is there to find, and keep quiet where nothing is wrong?
 * Writes the table of `docs/pitfalls.md`.
 *
 * Options: `--tuning` asks datasets of other seeds, those with which limits were chosen, and writes nothing; `--only TEXT,TEXT`
 * leaves out cases whose guardrail and illness contain none of these; `--seeds N` takes at most so many seeds of
 * an object; `--processes N` (2) shares the work; `--table` writes the table from
 * the answers that there are.
 * Answers are kept (`pitfalls/answer-cases.ts`); answers do not depend on who gives them.
 */
import { fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { writeFileAtomic } from '../src/files/atomic.ts'
import { machine } from './machine.ts'
import { answerBatch, batchesOf, findAnswer, questionsOf } from './pitfalls/answer-cases.ts'
import { benchBackbone } from './pitfalls/bench-backbone.ts'
import { pitfallCases } from './pitfalls/cases.ts'
import { pitfallTable, resultOf } from './pitfalls/pitfall-table.ts'

const { values } = parseArgs({
  options: {
    tuning: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    seeds: { type: 'string', default: '20' },
    table: { type: 'boolean', default: false },
    processes: { type: 'string', default: '2' },
  },
})
const firstSeed = values.tuning ? 1 : 201
const page = join(import.meta.dirname, '../docs/pitfalls.md')

const only = values.only.split(',')
const cases = pitfallCases.filter(({ guardrail, illness }) =>
  only.some((text) => `${guardrail} ${illness}`.includes(text)),
)
const batches = batchesOf(cases, firstSeed, Number(values.seeds))

if (process.send) {
  process.on('message', async (index: number) => {
    const batch = batches[index]
    if (batch === undefined) process.exit(0)
    await answerBatch(cases, batch)
    process.send!(index)
  })
} else {
  if (!values.table) await askAll()
  const questions = batches.flatMap((batch) => questionsOf(cases, batch))
  const table = pitfallTable(cases.map((asked) => resultOf(asked, questions)))
  console.log(table)
  if (!values.tuning && values.only === '')
    await writeTable(table, questions.filter((question) => findAnswer(question) !== undefined).length)
  else listSurprises(questions)
}

async function askAll(): Promise<void> {
  let next = 0
  let done = 0
  await Promise.all(
    Array.from(
      { length: Number(values.processes) },
      () =>
        new Promise<void>((resolve, reject) => {
          const child = fork(import.meta.filename, process.argv.slice(2))
          child.on('message', () => {
            console.error(`${++done} of ${batches.length} batches`)
            child.send(next++)
          })
          child.on('error', reject)
          child.on('exit', (code) =>
            code === 0 ? resolve() : reject(new Error(`worker exited with ${code}`)),
          )
          child.send(next++)
        }),
    ),
  )
}

/** What was missed at the documented dose, and what was found in healthy sets, with its words: for tuning. */
function listSurprises(questions: ReturnType<typeof questionsOf>): void {
  for (const question of questions) {
    const { asked, dose, object, seed } = question
    const answer = findAnswer(question)
    if (answer === undefined || (dose !== null && dose !== asked.doses[0])) continue
    if ((answer.kind === 'found') === (dose !== null)) continue
    console.log(
      `${asked.guardrail} ${asked.illness} ${object} ${seed} ${dose ?? 'healthy'}: ${answer.kind} ${answer.detail ?? ''}`,
    )
  }
}

async function writeTable(table: string, count: number): Promise<void> {
  const [start, end] = ['<!-- table: written by npm run bench:pitfalls -->', '<!-- end of table -->']
  const text = await readFile(page, 'utf8')
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${page}: the marks of the table are missing`)
  const about = `${count} answers, seeds from ${firstSeed}, backbone ${benchBackbone.backbone}. ${machine()}.`
  await writeFileAtomic(page, `${text.slice(0, from)}${start}\n\n${about}\n\n${table}\n\n${text.slice(to)}`)
}
