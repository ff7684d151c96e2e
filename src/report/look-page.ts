/** What a folder was taken for as one self-contained page: counts, what was left out, and a few pictures of each class. */
import type { Understood } from '../wire/understood.ts'
import { reviewStyle } from './assets.ts'
import { dateTime, plural } from './format.ts'
import { html, type Markup } from './html.ts'
import { pageDocument } from './page-document.ts'
import { outside, section } from './sections/section.ts'
import { understoodSection } from './sections/understood.ts'
import { understoodHeadline } from './understood-words.ts'

export interface LookPicture {
  /** Id of the sample. */
  readonly id: string
  /** Data URI. */
  readonly source: string
  readonly width: number
  readonly height: number
  /** Outline of the defect's mask as path data at that size; '' for none. */
  readonly defect: string
  /** Of the object's. */
  readonly object: string
  /** Why the picture or its mask cannot be shown; null where it can. */
  readonly problem: string | null
}

export interface LookClass {
  readonly name: string
  readonly label: 'nominal' | 'anomalous'
  readonly images: number
  readonly pictures: readonly LookPicture[]
}

export interface LookedAt {
  readonly plumbline: string
  readonly dataset: string
  readonly command: string
  /** ISO 8601. */
  readonly createdAt: string
}

/** @returns The whole HTML document; the same arguments give the same bytes. */
export function lookPage(
  { plumbline, dataset, command, createdAt }: LookedAt,
  understood: Understood,
  classes: readonly LookClass[],
): string {
  return pageDocument({
    title: 'What is in this folder',
    plumbline,
    style: reviewStyle(),
    body: html`<main>
<header class="masthead"><p class="kicker">What is in this folder</p><h1>${understoodHeadline(understood)}</h1>
<dl class="facts"><div><dt>Dataset</dt><dd>${outside(dataset)}</dd></div><div><dt>Looked at</dt><dd><time datetime="${createdAt}">${dateTime(createdAt)}</time></dd></div></dl></header>
${understoodSection(understood)}
${classes.map((each, i) =>
  section({
    id: `class-${i + 1}`,
    heading: each.label === 'nominal' ? 'Good' : each.name,
    lead: `${plural(each.images, 'image')}, of which ${each.pictures.length} are shown${each.pictures.some(({ defect }) => defect !== '') ? ', with the outline of the mask' : ''}.`,
    body: html`<ul class="grid sheet">${each.pictures.map(card)}</ul>`,
  }),
)}
<p class="muted"><code>${command}</code></p>
</main>`,
  })
}

function card({ id, source, width, height, defect, object, problem }: LookPicture): Markup {
  const outline = (path: string): Markup =>
    html`<svg class="outline" viewBox="0 0 ${width} ${height}" aria-hidden="true"><path class="halo" d="${path}"/><path d="${path}"/></svg>`
  const picture =
    source === ''
      ? html`<span class="nothing">cannot be shown</span>`
      : html`<img class="photo" src="${source}" alt="${id}" width="${width}" height="${height}" loading="lazy" decoding="async">${object !== '' && outline(object)}${defect !== '' && outline(defect)}`
  return html`<li class="${problem === null ? 'clear' : 'warning'}"><article class="card"><span class="picture">${picture}</span>
<div class="caption"><span class="file">${outside(id)}</span>${problem !== null && html`<span class="where">${outside(problem)}</span>`}</div></article></li>
`
}
