/**
 * The report: one self-contained page, verdict first.
 *
 * Everything is on the page without a script; the script only adds controls. Nothing is fetched: a content security policy
 * forbids every request and allows only the page's own style and script, by hash.
 */
import { createHash } from 'node:crypto'
import { pageScript, pageStyle } from './assets.ts'
import { curvesOf } from './curves.ts'
import { embeddedJson, html, trusted } from './html.ts'
import { activationsSection } from './sections/activations.ts'
import { curvesSection } from './sections/curves.ts'
import { figuresSection } from './sections/figures.ts'
import { findingsBlock } from './sections/findings.ts'
import { foldsSection } from './sections/folds.ts'
import { gallerySection } from './sections/gallery.ts'
import { masthead, titleOf, topBar } from './sections/masthead.ts'
import { methodSection } from './sections/method.ts'
import { subgroupsSection } from './sections/subgroups.ts'
import { trainingSection } from './sections/training.ts'
import { verdictSection } from './sections/verdict.ts'
import { whatIfData, whatIfSection } from './sections/what-if-panel.ts'
import type { ReportView } from './view.ts'
import { whatIfScores } from './what-if.ts'

/** @returns The whole HTML document. The same view gives the same bytes. Cost: O(n log n) in score rows. */
export function renderReport(view: ReportView): string {
  const { evaluation } = view
  const scores = whatIfScores(evaluation, view.rows)
  const curves = view.curves ?? curvesOf(scores.folds, evaluation.protocol.prevalence)
  const whatIf = whatIfData(evaluation, scores)
  const style = pageStyle()
  const script = pageScript()
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Plumbline ${evaluation.plumbline}">
<title>${titleOf(view)} – Plumbline</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
${topBar()}
<main>
${masthead(view)}
<noscript><p class="noscript">Scripts are off. Every figure is on this page; only the controls of “What if”, sorting and the large pictures need one.</p></noscript>
${findingsBlock(evaluation)}
${verdictSection(evaluation)}
${figuresSection(evaluation)}
${curvesSection(evaluation, curves, scores)}
${whatIfSection(whatIf)}
${foldsSection(evaluation)}
${subgroupsSection(evaluation.subgroups)}
${gallerySection(view.gallery, view.mapScale)}
${view.activations && activationsSection(view.activations)}
${view.trainings && view.trainings.length > 0 && trainingSection(view.trainings)}
${methodSection(view)}
</main>
<footer><p>Made by Plumbline ${evaluation.plumbline}. One file, no network: it can be mailed, archived and opened anywhere.</p></footer>
<script type="application/json" id="report-data">${embeddedJson({ whatIf })}</script>
<script>${trusted(script)}</script>
</body>
</html>
`.text
}

const hashOf = (text: string): string =>
  `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`
