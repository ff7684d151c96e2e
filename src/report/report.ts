/**
 * The report: one self-contained page, verdict first.
 *
 * Everything is on the page without a script; the script only adds controls.
 */
import { pageScript, pageStyle } from './assets.ts'
import { curvesOf } from './curves.ts'
import { html } from './html.ts'
import { pageDocument } from './page-document.ts'
import { activationsSection } from './sections/activations.ts'
import { curvesSection } from './sections/curves.ts'
import { diagnosisSection, withDiagnosis } from './sections/diagnosis.ts'
import { figuresSection } from './sections/figures.ts'
import { findingsBlock, findingsLine } from './sections/findings.ts'
import { foldsSection } from './sections/folds.ts'
import { gallerySection } from './sections/gallery.ts'
import { leaveOutSection } from './sections/leave-out.ts'
import { masthead, titleOf, topBar } from './sections/masthead.ts'
import { methodSection } from './sections/method.ts'
import { subgroupsSection } from './sections/subgroups.ts'
import { trainingSection } from './sections/training.ts'
import { understoodLine } from './sections/understood.ts'
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
  const { diagnosis } = view
  const findings = diagnosis ? withDiagnosis(evaluation.findings, diagnosis) : evaluation.findings
  return pageDocument({
    title: titleOf(view),
    plumbline: evaluation.plumbline,
    style: pageStyle(),
    script: pageScript(),
    data: { whatIf },
    body: html`${topBar(new Set(diagnosis && ['diagnosis']))}
<main>
${masthead(view)}
${evaluation.dataset.understood && understoodLine(evaluation.dataset.understood)}
<noscript><p class="noscript">Scripts are off. Every figure is on this page; only the controls of “What if”, sorting and the large pictures need one.</p></noscript>
${verdictSection(evaluation, findingsLine(findings))}
${findingsBlock(findings, view.pictures)}
${figuresSection(evaluation)}
${curvesSection(evaluation, curves, scores)}
${whatIfSection(whatIf)}
${foldsSection(evaluation)}
${evaluation.leaveOut && leaveOutSection(evaluation.leaveOut)}
${subgroupsSection(evaluation.subgroups)}
${diagnosis && diagnosisSection(diagnosis)}
${gallerySection(view.gallery, view.mapScale)}
${view.activations && activationsSection(view.activations)}
${view.trainings && view.trainings.length > 0 && trainingSection(view.trainings)}
${methodSection(view)}
</main>`,
  })
}
