/** A model's card for someone at a terminal. */
import { evaluatedWords, foldsWords, modelWords, notEvaluated } from '../../report/model-words.ts'
import type { ModelCard } from '../../wire/model.ts'
import { definitions, textWidth, wrap } from '../layout-text.ts'
import { findingText } from './finding-text.ts'
import { plain } from './plain.ts'
import { understoodText } from './understood-text.ts'

export function modelText(card: ModelCard, folder: string, columns: number): string {
  const width = textWidth(columns)
  const { dataset, evaluated } = card
  const parts = [
    ...(dataset ? [understoodText(dataset, columns)] : []),
    definitions([...modelWords(card), ['Model', folder]], width),
    ...(evaluated === null
      ? [wrap(notEvaluated, width)]
      : [
          `${wrap(foldsWords, width)}\n${definitions(evaluatedWords(evaluated), width)}`,
          wrap(evaluated.verdict, width),
          `The figures hold for\n${evaluated.holdsFor.map((line) => wrap(line, width, '  ')).join('\n')}`,
          ...(evaluated.findings.length > 0
            ? [`Findings\n${evaluated.findings.map((finding) => findingText(finding, width)).join('\n')}`]
            : []),
        ]),
  ]
  return `${plain(parts.join('\n\n'))}\n`
}
