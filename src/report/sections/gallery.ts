/** Pictures with heat map, mask outline and decision, worst mistakes first, all in one colour scale. */
import type { GalleryItem, MapScale } from '../../wire/report-data.ts'
import { fixed, plural, score } from '../format.ts'
import { html, type Markup } from '../html.ts'
import { outside, section } from './section.ts'

export type Outcome = 'escape' | 'false-alarm' | 'review' | 'correct'

const words: Readonly<Record<Outcome, string>> = {
  escape: 'Escape',
  'false-alarm': 'False alarm',
  review: 'For review',
  correct: 'Correct',
}

export function outcomeOf(item: Pick<GalleryItem, 'label' | 'decision'>): Outcome {
  if (item.decision === 'review') return 'review'
  if (item.decision === item.label) return 'correct'
  return item.label === 'anomalous' ? 'escape' : 'false-alarm'
}

export function gallerySection(items: readonly GalleryItem[], scale: MapScale | undefined): Markup {
  if (items.length === 0) {
    return section({
      id: 'gallery',
      heading: 'Gallery',
      body: html`<p class="empty">No pictures are stored with this run. <code>plumbline evaluate</code> stores them beside the scores.</p>`,
    })
  }
  const outcomes = items.map(outcomeOf)
  const present = (Object.keys(words) as Outcome[]).filter((outcome) => outcomes.includes(outcome))
  const filters = html`<div class="chips" role="group" aria-label="Show"><button type="button" data-outcome="" aria-pressed="true">All ${items.length}</button>${present.map(
    (outcome) =>
      html`<button type="button" data-outcome="${outcome}" aria-pressed="false">${plural(
        outcomes.filter((each) => each === outcome).length,
        words[outcome].toLowerCase(),
      )
        .replace(/corrects$/, 'correct')
        .replace(/for reviews$/, 'for review')}</button>`,
  )}</div>`
  return section({
    id: 'gallery',
    heading: 'Gallery',
    lead: html`Worst mistakes first: escapes by how far they stayed below the threshold, false alarms by how far they rose above it, then close calls and typical examples. The outline is the annotated defect.`,
    body: html`<div class="gallery-bar"><div class="needs-script">${filters}</div>${scale && scaleLegend(scale)}
<div class="chips layers needs-script" role="group" aria-label="Layers"><button type="button" data-layer="heat" aria-pressed="true">Heat map</button><button type="button" data-layer="outline" aria-pressed="true">Outline</button></div></div>
<ul class="grid" id="gallery-grid">${items.map((item, i) => card(item, i))}</ul>
<p class="empty" id="gallery-empty" hidden>No picture of this kind.</p>
${viewer(layersOfView)}`,
  })
}

function card(item: GalleryItem, i: number): Markup {
  const outcome = outcomeOf(item)
  const truth = item.label === 'nominal' ? 'good' : item.defect === '' ? 'defective' : item.defect
  const margin = item.threshold === null ? null : item.score - item.threshold
  const name = `${words[outcome]}: ${item.image}, ${truth}, score ${score(item.score)}`
  const where = `${item.part === '' ? '' : `part ${item.part}, `}fold ${item.fold + 1}`
  const facts = `${words[outcome]}: ${truth}. Score ${score(item.score)}, threshold ${score(item.threshold)} (${marginText(margin)}); ${where}.`
  return html`<li data-outcome="${outcome}"><button type="button" class="card" data-index="${i}" data-facts="${facts}" aria-haspopup="dialog" aria-label="${name}">
<span class="picture">${layers(item)}</span>
<span class="caption"><span class="badge ${outcome}">${words[outcome]}</span><span class="truth">${outside(truth)}</span><span class="margin">${marginText(margin)}</span><span class="file">${outside(item.image)}</span><span class="where">${outside(where)}</span></span></button></li>
`
}

function layers(item: GalleryItem): Markup {
  const { width, height } = item
  return html`<img class="photo" src="${item.thumbnail}" alt="" width="${width}" height="${height}" loading="lazy" decoding="async">${item.heat !== null && html`<img class="heat" src="${item.heat}" alt="" width="${width}" height="${height}" loading="lazy" decoding="async">`}${item.outline !== null && item.outline !== '' && html`<svg class="outline" viewBox="0 0 ${width} ${height}" aria-hidden="true"><path class="halo" d="${item.outline}"/><path d="${item.outline}"/></svg>`}`
}

function marginText(margin: number | null): string {
  if (margin === null) return 'no threshold'
  return margin >= 0 ? `${short(margin)} above threshold` : `${short(-margin)} below threshold`
}

/** Three digits are enough for a distance. */
const short = (value: number): string => {
  const size = Math.abs(value)
  return size >= 1e-3 && size < 1000 ? value.toPrecision(3).replace('-', '−') : score(value)
}

function scaleLegend(scale: MapScale): Markup {
  const last = scale.colours.length - 1
  return html`<div class="scale"><svg viewBox="0 0 200 12" preserveAspectRatio="none" aria-hidden="true"><defs><linearGradient id="map-scale">${scale.colours.map((colour, i) => html`<stop offset="${fixed(i / last, 4)}" stop-color="${colour}"/>`)}</linearGradient></defs><rect width="200" height="12" fill="url(#map-scale)"/></svg>
<span class="ends"><span>${short(scale.low)}</span><span>${short((scale.low + scale.high) / 2)}</span><span>${short(scale.high)}</span></span><span class="hint">Pixel score, one scale for all: ${outside(scale.basis)}</span></div>`
}

/** One of the large view's layers, with the key that switches it. */
export interface ViewerLayer {
  readonly id: string
  readonly name: string
  readonly key: string
}

const layersOfView: readonly ViewerLayer[] = [
  { id: 'photo', name: 'Photo', key: 'P' },
  { id: 'heat', name: 'Heat map', key: 'H' },
  { id: 'outline', name: 'Outline', key: 'O' },
]

/** The large view; `page/gallery.js` fills it with the card that is opened. */
export function viewer(layers: readonly ViewerLayer[]): Markup {
  return html`<dialog id="viewer" aria-labelledby="viewer-title"><div class="viewer-head"><h3 id="viewer-title"></h3><button type="button" id="viewer-close" aria-label="Close">Close <kbd>Esc</kbd></button></div>
<div class="viewer-picture" id="viewer-picture"></div>
<p id="viewer-facts" aria-live="polite"></p>
<div class="viewer-foot"><button type="button" id="viewer-previous">← Previous</button><div class="chips" role="group" aria-label="Layers">${layers.map(({ id, name, key }) => html`<button type="button" data-view="${id}" aria-pressed="true">${name} <kbd>${key}</kbd></button>`)}</div><button type="button" id="viewer-next">Next →</button></div></dialog>`
}
