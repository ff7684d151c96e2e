/** The demonstration for someone at a terminal: what each step made and where it is, then the evaluation. */
import { join } from 'node:path'
import type { DemoResult } from '../../pipeline.ts'
import { plural } from '../../report/format.ts'
import { table } from '../layout-text.ts'
import { evaluationText, verdictText } from './evaluation-text.ts'
import { findingsSummary } from './findings-text.ts'
import { plain } from './plain.ts'

export function demoText(
  { evaluation, checked, preparation, diagnosis, run, model }: DemoResult,
  out: string,
  columns: number,
): string {
  const report = join(run, 'report.html')
  const { images, prepared, marked } = preparation.summary
  const found = (findings: DemoResult['checked']['findings']): string =>
    `findings: ${findingsSummary(findings).replace(/\.$/, '').toLowerCase()}`
  const steps = [
    ['simulate', `rendered ${plural(images, 'photograph')}`, join(out, 'parts')],
    ['check', found(checked.findings), join(out, 'check.html')],
    ['prepare', `cut out ${prepared}, ${marked} to look at`, join(out, 'prepared', 'review.html')],
    ['evaluate', `judged in ${plural(evaluation.protocol.folds, 'fold')}`, report],
    ['diagnose', found(diagnosis.report.findings), report],
    ['train', 'one model on every good part', model],
  ]
  return [
    evaluationText(evaluation, report, columns),
    plain(`Step by step\n${table(steps)}\n`),
    verdictText(evaluation, columns),
    plain(
      `A station with this model and its evaluation: plumbline serve --model ${model} --runs ${out} --datasets ${out}\n`,
    ),
  ].join('\n')
}
