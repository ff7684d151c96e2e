/** What the dataset was taken for: the section that pages about a dataset begin with. */

import type { Understood } from '../../wire/understood.ts'
import { html, type Markup } from '../html.ts'
import { leftOutWords, severityWords, understoodSentence, understoodWords } from '../understood-words.ts'
import { outside, section } from './section.ts'

/** The same in one line that opens, for a page whose first word is another; open where something may not be meant. */
export function understoodLine(understood: Understood): Markup {
  const isGrave = understood.leftOut.some(({ severity }) => severity === 'error')
  return html`<details class="understood"${isGrave && html` open`}><summary>${outside(understoodSentence(understood))}</summary>${matter(understood)}</details>`
}

export function understoodSection(understood: Understood): Markup {
  return section({
    id: 'understood',
    heading: 'What the folder was taken for',
    lead: 'Every figure is about these images, labels and masks. If one line here is not what you mean, no figure is.',
    body: matter(understood),
  })
}

function matter(understood: Understood): Markup {
  const { leftOut, notes } = understood
  return html`<dl class="evidence">${understoodWords(understood).map(([term, words]) => html`<div><dt>${term}</dt><dd>${outside(words)}</dd></div>`)}</dl>
${
  leftOut.length > 0 &&
  html`<h3>Left out</h3><ul class="left-out">${leftOut.map((group) => html`<li><span class="badge ${group.severity}">${severityWords[group.severity]}</span> ${outside(leftOutWords(group))}</li>`)}</ul>`
}${notes.length > 0 && html`<ul>${notes.map((note) => html`<li>${outside(note)}</li>`)}</ul>`}`
}
