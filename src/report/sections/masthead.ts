/** Which run this is: dataset, detector, backbone, date, seed. */
import { dateTime, grouped, plural, viewWords } from '../format.ts'
import { html, type Markup } from '../html.ts'
import type { ReportView } from '../view.ts'
import { outside } from './section.ts'

const anchors = [
  ['verdict', 'Verdict'],
  ['findings', 'Findings'],
  ['figures', 'Figures'],
  ['curves', 'Curves'],
  ['what-if', 'What if'],
  ['folds', 'Folds'],
  ['subgroups', 'Subgroups'],
  ['diagnosis', 'Diagnosis'],
  ['gallery', 'Gallery'],
  ['method', 'Method'],
] as const
const optional: ReadonlySet<string> = new Set(['diagnosis'])

/** @param present - Ids of sections that not every page has. */
export function topBar(present: ReadonlySet<string> = new Set()): Markup {
  const shown = anchors.filter(([id]) => !optional.has(id) || present.has(id))
  return html`<a class="skip" href="#verdict">Skip to the verdict</a>
<nav class="top" aria-label="Sections"><span class="brand" aria-hidden="true"><svg viewBox="0 0 16 24"><path d="M8 0V13"/><path d="M3.5 13h9L8 23Z" class="bob"/></svg>Plumbline</span><ul>${shown.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul>
<button type="button" id="theme" class="needs-script" aria-label="Colour theme: as the system">Theme: auto</button></nav>`
}

export function masthead(view: ReportView): Markup {
  const { evaluation } = view
  const { dataset, protocol, detector, backbone, input } = evaluation
  const { nominal, anomalous } = dataset.images
  const parts = dataset.partsKnown ? plural(dataset.parts, 'part') : 'part ids unknown'
  const facts: readonly (readonly [string, Markup])[] = [
    [
      'Dataset',
      html`${outside(dataset.path)}<small>${grouped(nominal)} good and ${grouped(anomalous)} defective images, ${parts}</small>`,
    ],
    [
      'Detector',
      html`${outside(detector.id)}<small>${outside(backbone.id)}, ${input.width} × ${input.height} px, ${input.fit}${viewWords(input)}</small>`,
    ],
    [
      'Protocol',
      html`${plural(protocol.folds, 'fold')}, ${outside(protocol.threshold.policy)}<small>split by ${protocol.unit}, seed ${evaluation.seed}</small>`,
    ],
    [
      'Made',
      html`<time datetime="${evaluation.createdAt}">${dateTime(evaluation.createdAt)}</time><small>Plumbline ${evaluation.plumbline}</small>`,
    ],
  ]
  return html`<header class="masthead"><p class="kicker">Evaluation report</p><h1>${outside(titleOf(view))}</h1>
<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></header>
`
}

/** The given title, else the detector and the last folder of the dataset's path. */
export function titleOf(view: ReportView): string {
  if (view.title !== undefined && view.title !== '') return view.title
  const { dataset, detector } = view.evaluation
  const name = dataset.path.split(/[\\/]/).filter(Boolean).at(-1) ?? dataset.path
  return `${detector.id} on ${name}`
}
