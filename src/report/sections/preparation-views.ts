/** The views that a preparation told apart: mean silhouettes, and how to go on with one of them. */
import type { Preparation } from '../../wire/preparation.ts'
import { fixed, plural } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { outside, section } from './section.ts'

type Views = NonNullable<Preparation['views']>

export function viewsSection({ column, clusters, separation }: Views): Markup {
  return section({
    id: 'views',
    heading: 'Views',
    lead: html`No column says at which angle the images were taken, so they were grouped by silhouette and looks (silhouette coefficient ${fixed(separation, 2)}). The manifest's column <code>${column}</code> holds the view of each. A dataset of one view is an easier problem than the whole: figures for the two must not be compared.`,
    body: html`<ul class="grid">${clusters.map(
      ({
        name,
        images,
        example,
        spread,
        silhouette,
      }) => html`<li><figure class="view"><figcaption><h3>View ${name}</h3><p>${plural(images, 'image')}, spread ${fixed(spread, 2)} of the whole</p></figcaption>
${silhouettePicture(silhouette, `Mean silhouette of view ${name}`)}<p class="file">such as ${outside(example)}</p>
<p><code>--where "${column} = ${name}"</code></p></figure></li>`,
    )}</ul>`,
  })
}

/** Squares by how often they are inside. */
function silhouettePicture(base64: string, words: string): Markup {
  const shares = Buffer.from(base64, 'base64')
  const side = Math.round(Math.sqrt(shares.length))
  const squares = [...shares].map((share, i) =>
    share < 8
      ? null
      : html`<rect x="${i % side}" y="${Math.floor(i / side)}" width="1" height="1" fill-opacity="${fixed(share / 255, 2)}"/>`,
  )
  return html`<svg class="silhouette" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges" role="img" aria-label="${words}">${squares}</svg>`
}
