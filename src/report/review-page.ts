/** The page to look through a preparation, the most suspicious images first: self-contained, nothing fetched. */
import {
  type Mark,
  type MaskQuality,
  marks,
  type Preparation,
  type PreparedRecord,
} from '../wire/preparation.ts'
import { reviewScript, reviewStyle } from './assets.ts'
import { dateTime, fixed, percent, plural } from './format.ts'
import { html, type Markup } from './html.ts'
import { pageDocument } from './page-document.ts'
import { viewsSection } from './sections/preparation-views.ts'
import { outside, section, tableFrame } from './sections/section.ts'

export interface ReviewThumbnail {
  readonly width: number
  readonly height: number
  /** `data:` URI. */
  readonly source: string
}

export interface ReviewPicture {
  readonly record: PreparedRecord
  readonly photo: ReviewThumbnail
  /** Path of the object in the photograph's thumbnail; empty where nothing was found. */
  readonly outline: string
  /** The first output; null where there is none. */
  readonly prepared: ReviewThumbnail | null
  /** Path of the defect in it; empty for none. */
  readonly defect: string
}

export interface ReviewAverage extends ReviewThumbnail {
  /** How many it is the mean of. */
  readonly images: number
}

export interface ReviewPictures {
  /** Most suspicious first. */
  readonly shown: readonly ReviewPicture[]
  /** Mean photograph and mean prepared image; null where sizes differ from image to image. */
  readonly before: ReviewAverage | null
  readonly after: ReviewAverage | null
}

/** @returns The whole HTML document; the same arguments give the same bytes. */
export function reviewPage(preparation: Preparation, pictures: ReviewPictures): string {
  const { summary, restriction, failures, views } = preparation
  const anchors: readonly (readonly [string, string] | false)[] = [
    ['sheet', 'Contact sheet'],
    pictures.before !== null && ['average', 'Average'],
    views !== null && ['views', 'Views'],
    failures.length > 0 && ['failures', 'Not in the output'],
    ['method', 'How it was made'],
  ]
  const present = anchors.filter((anchor) => anchor !== false)
  return pageDocument({
    title: 'Prepared images',
    plumbline: preparation.plumbline,
    style: reviewStyle(),
    script: reviewScript(),
    body: html`<a class="skip" href="#sheet">Skip to the contact sheet</a>
<nav class="top" aria-label="Sections"><span class="brand" aria-hidden="true"><svg viewBox="0 0 16 24"><path d="M8 0V13"/><path d="M3.5 13h9L8 23Z" class="bob"/></svg>Plumbline</span><ul>${present.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul>
<button type="button" id="theme" class="needs-script" aria-label="Colour theme: as the system">Theme: auto</button></nav>
<main>
<header class="masthead"><p class="kicker">Preparation</p><h1>${headline(summary)}</h1>
<dl class="facts">${facts(preparation).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></header>
${restriction && html`<section class="findings"><article class="finding warning"><h3>An easier problem than the whole dataset</h3><p>${outside(restriction.words)}</p></article></section>`}
${sheetSection(preparation, pictures.shown)}
${averageSection(pictures)}
${views && viewsSection(views)}
${failures.length > 0 && failuresSection(failures)}
${methodSection(preparation)}
</main>`,
  })
}

function headline({ prepared, failed, marked }: Preparation['summary']): string {
  const look = marked === 0 ? 'none stands out' : `${marked} to look at`
  return `${plural(prepared, 'image')} prepared, ${look}${failed > 0 ? `, ${failed} left out` : ''}`
}

function facts(preparation: Preparation): readonly (readonly [string, Markup])[] {
  const { source, canvas, segmenter, options, createdAt, plumbline } = preparation
  const done = [
    options.blank !== null && 'background blanked',
    options.center === true && 'centred on one canvas',
    options.rotateUpright === true && 'turned upright',
    options.tile !== null && 'cut into tiles',
  ].filter((words) => words !== false)
  return [
    [
      'Dataset',
      html`${outside(source.path)}<small>${plural(source.images, 'image')}, layout ${source.layout}</small>`,
    ],
    [
      'Objects',
      html`${segmenterWords[segmenter.id] ?? segmenter.id}<small>${done.length === 0 ? 'images as they were' : done.join(', ')}</small>`,
    ],
    [
      'Canvas',
      canvas === null
        ? html`as photographed`
        : html`${canvas.width} × ${canvas.height} px<small>${canvas.isAutomatic ? 'the smallest that holds every object' : 'as asked for'}</small>`,
    ],
    [
      'Made',
      html`<time datetime="${createdAt}">${dateTime(createdAt)}</time><small>Plumbline ${plumbline}</small>`,
    ],
  ]
}

const segmenterWords: Readonly<Record<string, string>> = {
  embedded: 'Found by learning the background',
  'grounded-sam': 'Found by words',
  masks: 'By masks made elsewhere',
  none: 'Not looked for',
}

function sheetSection({ summary, images }: Preparation, shown: readonly ReviewPicture[]): Markup {
  const present = (Object.keys(marks) as Mark[]).filter((mark) =>
    shown.some(({ record }) => record.marks.includes(mark)),
  )
  const chip = (filter: string, words: string, isPressed: boolean): Markup =>
    html`<button type="button" data-mark="${filter}" aria-pressed="${String(isPressed)}">${words}</button>`
  const rest = images.length - shown.length
  return section({
    id: 'sheet',
    heading: 'Contact sheet',
    lead: html`Most suspicious first: images that are not what was asked for, then those that stand out from the others. On the left the photograph with the object as it was found, on the right what was written.${rest > 0 && html` ${plural(rest, 'further image')}, less suspicious than these, ${rest === 1 ? 'is' : 'are'} not shown.`}`,
    body: html`<div class="gallery-bar"><div class="needs-script chips" id="sheet-marks" role="group" aria-label="Show">${chip('', `All ${shown.length}`, true)}${summary.marked > 0 && chip('any', `To look at ${shown.filter(({ record }) => record.marks.length > 0).length}`, false)}${present.map((mark) => chip(mark, `${marks[mark].words} ${shown.filter(({ record }) => record.marks.includes(mark)).length}`, false))}</div>
<div class="chips layers needs-script" role="group" aria-label="Layers"><button type="button" data-layer="shade" aria-pressed="true">Shade</button><button type="button" data-layer="outline" aria-pressed="true">Outline</button></div></div>
<ul class="grid sheet" id="sheet-grid">${shown.map(card)}</ul>
<p class="empty" id="sheet-empty" hidden>No image of this kind is shown.</p>`,
  })
}

function card({ record, photo, outline, prepared, defect }: ReviewPicture): Markup {
  const worst = record.marks.some((mark) => marks[mark].severity === 'error')
    ? 'error'
    : record.marks.length > 0
      ? 'warning'
      : 'clear'
  const badges = record.marks.map(
    (mark) => html`<span class="badge ${marks[mark].severity}">${marks[mark].words}</span>`,
  )
  return html`<li class="${worst}" data-marks="${record.marks.join(' ')}"><article class="card">
<div class="pair-of-pictures"><span class="picture">${picture(photo, `${record.source}, photograph`)}${outline !== '' && overlay(photo, outline, true)}</span><span class="picture">${prepared === null ? html`<span class="nothing">no output</span>` : html`${picture(prepared, `${record.source}, prepared`)}${defect !== '' && overlay(prepared, defect, false)}`}</span></div>
<div class="caption"><span class="badges">${badges.length > 0 ? badges : html`<span class="badge correct">nothing stands out</span>`}</span><span class="file">${outside(record.source)}</span><span class="where">${describe(record)}</span>${record.notes.length > 0 && html`<span class="where">${record.notes.map((note) => html`${outside(note)}<br>`)}</span>`}</div></article></li>
`
}

const picture = ({ source, width, height }: ReviewThumbnail, words: string): Markup =>
  html`<img class="photo" src="${source}" alt="${words}" width="${width}" height="${height}" loading="lazy" decoding="async">`

function overlay({ width, height }: ReviewThumbnail, path: string, isShaded: boolean): Markup {
  return html`<svg class="outline" viewBox="0 0 ${width} ${height}" aria-hidden="true">${isShaded && html`<path class="shade" d="M0 0H${width}V${height}H0Z${path}"/>`}<path class="halo" d="${path}"/><path d="${path}"/></svg>`
}

function describe({ confidence, quality, defectKept }: PreparedRecord): string {
  const facts = [
    quality && qualityWords(quality),
    confidence !== null && `confidence ${fixed(confidence, 2)}`,
    defectKept !== null && defectKept < 1 && `${percent(defectKept)} of the defect kept`,
  ].filter((words) => typeof words === 'string')
  return facts.join(' · ')
}

const qualityWords = ({ area, solidity, pieces, holes }: MaskQuality): string =>
  [
    `${percent(area)} of the photograph`,
    `solidity ${fixed(solidity, 2)}`,
    pieces > 1 && plural(pieces, 'piece'),
    holes > 0 && plural(holes, 'hole'),
  ]
    .filter((words) => words !== false)
    .join(' · ')

function averageSection({ before, after }: ReviewPictures): Markup | null {
  if (before === null && after === null) return null
  const figure = (average: ReviewAverage | null, name: string): Markup =>
    html`<figure class="average"><figcaption><h3>${name}</h3>${average && html`<p>Mean of ${average.images} images</p>`}</figcaption>${average === null ? html`<p class="empty">The images are of different sizes.</p>` : picture(average, `Mean image, ${name.toLowerCase()}`)}</figure>`
  return section({
    id: 'average',
    heading: 'Average image',
    lead: 'The sharper the right picture is against the left one, the less a detector has to learn about where the object is. A ghost that is left says that the object still turns or changes: see whether an angle or a view can be chosen.',
    body: html`<div class="pair">${figure(before, 'Before')}${figure(after, 'After')}</div>`,
  })
}

function failuresSection(failures: Preparation['failures']): Markup {
  return section({
    id: 'failures',
    heading: 'Not in the output',
    lead: 'Nothing is dropped silently: every file that is not in the prepared dataset is here, with the reason.',
    body: tableFrame(
      'Not in the output',
      html`<table><thead><tr><th scope="col">File</th><th scope="col">Reason</th></tr></thead><tbody>${failures.map(({ path, reason }) => html`<tr><th scope="row" class="break">${outside(path)}</th><td class="break">${outside(reason)}</td></tr>`)}</tbody></table>`,
    ),
  })
}

function methodSection({ summary, canvas, command }: Preparation): Markup {
  const counts = (Object.entries(summary.marks) as [Mark, number][]).sort(
    ([a], [b]) => Object.keys(marks).indexOf(a) - Object.keys(marks).indexOf(b),
  )
  const table = html`<table><caption>What stands out</caption><thead><tr><th scope="col">Mark</th><th scope="col">Severity</th><th scope="col">Meaning</th><th scope="col" class="n">Images</th></tr></thead><tbody>${counts.map(([mark, n]) => html`<tr><th scope="row">${mark}</th><td><span class="badge ${marks[mark].severity}">${marks[mark].severity}</span></td><td>${marks[mark].words}</td><td class="n">${n}</td></tr>`)}</tbody></table>`
  return section({
    id: 'method',
    heading: 'How it was made',
    lead: 'prepare.json says for every image how it was made, with hashes and the map of its coordinates back to the photograph.',
    body: html`${counts.length > 0 && tableFrame('What stands out', table)}
${canvas?.isAutomatic && html`<p>The canvas is as wide as ${outside(canvas.widest[0] ?? '')} and as high as ${outside(canvas.tallest[0] ?? '')}; next come ${outside(canvas.widest.slice(1, 3).join(', '))} and ${outside(canvas.tallest.slice(1, 3).join(', '))}. If one of them was cut out wrongly, mend its mask in a copy of <code>objects/</code> and prepare again with <code>--segmenter masks</code>.</p>`}
<p class="muted"><code>${command}</code></p>`,
  })
}
