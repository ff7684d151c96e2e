/** The shape every section shares: a heading, one paragraph that says how to read it, then the matter. */
import { type Content, html, type Markup } from '../html.ts'

export interface Section {
  readonly id: string
  readonly heading: string
  readonly lead?: Content
  readonly body: Content
}

export function section({ id, heading, lead, body }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-h"><header class="section-head"><h2 id="${id}-h">${heading}</h2>${lead !== undefined && html`<p class="lead">${lead}</p>`}</header><div class="section-body">${body}</div></section>
`
}

/** A term of the field, linked to its line in the glossary. */
export function term(id: string, words: string): Markup {
  return html`<a class="term" href="#word-${id}">${words}</a>`
}

/** A table that scrolls sideways inside its own frame, reachable by keyboard. */
export function tableFrame(label: string, table: Content): Markup {
  return html`<div class="table-frame" tabindex="0" role="region" aria-label="${label}">${table}</div>`
}

/** Text from outside, isolated so that right-to-left characters in it cannot reorder what stands around it. */
export function outside(text: string): Markup {
  return html`<bdi>${text}</bdi>`
}
