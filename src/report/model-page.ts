/** A model's card as one self-contained page: what it is, what was promised, for what it holds. */
import type { ModelCard } from '../wire/model.ts'
import { pageStyle } from './assets.ts'
import { dateTime } from './format.ts'
import { html, type Markup } from './html.ts'
import { evaluatedWords, foldsWords, modelWords, notEvaluated, type Words } from './model-words.ts'
import { pageDocument } from './page-document.ts'
import { outside, section } from './sections/section.ts'

/** @param folder - Of the model. @returns The whole HTML document; the same arguments give the same bytes. */
export function modelPage(folder: string, card: ModelCard): string {
  const { evaluated, createdAt } = card
  return pageDocument({
    title: 'Model card',
    plumbline: card.plumbline,
    style: pageStyle(),
    body: html`<main>
<header class="masthead"><p class="kicker">Model card</p><h1>${evaluated === null ? 'Not evaluated' : outside(evaluated.verdict)}</h1>
<dl class="facts"><div><dt>Model</dt><dd>${outside(folder)}</dd></div><div><dt>Trained</dt><dd><time datetime="${createdAt}">${dateTime(createdAt)}</time></dd></div></dl></header>
${evaluated === null && html`<p class="lead">${outside(notEvaluated)}</p>`}
${section({ id: 'model', heading: 'What it is', body: listOf(modelWords(card)) })}
${
  evaluated !== null &&
  html`${section({ id: 'promised', heading: 'What was found', lead: foldsWords, body: listOf(evaluatedWords(evaluated)) })}
${section({
  id: 'conditions',
  heading: 'What the figures hold for',
  body: html`<ul>${evaluated.holdsFor.map((line) => html`<li>${outside(line)}</li>`)}</ul>`,
})}
${section({
  id: 'against',
  heading: 'What speaks against them',
  body:
    evaluated.findings.length === 0
      ? html`<p class="muted">The evaluation had no finding of severity error or warning.</p>`
      : evaluated.findings.map(
          ({ id, severity, title, remedy }) =>
            html`<article class="finding ${severity}"><h3><span class="badge ${severity}">${severity}</span> ${outside(title)}</h3><p>${outside(remedy)}</p><p class="muted"><code>${outside(id)}</code></p></article>`,
        ),
})}`
}
</main>`,
  })
}

const listOf = (words: Words): Markup =>
  html`<dl class="evidence">${words.map(([term, text]) => html`<div><dt>${term}</dt><dd>${outside(text)}</dd></div>`)}</dl>`
