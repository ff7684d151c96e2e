/** How the figures came about, on what machine, with which options, how to repeat them, and what the words mean. */
import type { Evaluation } from '../../wire/evaluation.ts'
import { duration, fixed, plural, statedPercent, viewWords } from '../format.ts'
import { type Content, html, type Markup } from '../html.ts'
import type { ReportView } from '../view.ts'
import { evidenceText } from './findings.ts'
import { glossary } from './glossary.ts'
import { outside, section, tableFrame } from './section.ts'

export function methodSection(view: ReportView): Markup {
  const { evaluation } = view
  return section({
    id: 'method',
    heading: 'Method',
    lead: html`Choosing and judging never happen on the same images.`,
    body: html`<ol class="steps">${steps(evaluation).map((step) => html`<li>${step}</li>`)}</ol>
<h3>Do it again</h3><pre class="command" tabindex="0"><code>${view.command ?? commandOf(evaluation)}</code></pre>
<p class="muted">The same version, data, options and seed give the same figures. Dataset fingerprint <code class="break">${evaluation.dataset.fingerprint}</code>.</p>
<div class="pair">${facts('Where it ran', environment(evaluation))}${facts(
      'Detector options',
      Object.entries(evaluation.detector.options).map(([name, value]) => [name, evidenceText(value)]),
    )}</div>
${
  view.config &&
  html`<details><summary>Every resolved option</summary>${facts(
    'Options',
    Object.entries(view.config).map(([name, value]) => [name, evidenceText(value)]),
  )}</details>`
}
${failures(evaluation)}
<h3 id="words">Words</h3>${glossary()}`,
  })
}

function steps(evaluation: Evaluation): Content[] {
  const { protocol, folds } = evaluation
  const { merge } = protocol
  const first = folds[0]
  const policy = Object.entries(protocol.threshold)
    .filter(([name, value]) => name !== 'policy' && value !== null && value !== undefined)
    .map(([name, value]) => `${name} ${evidenceText(value)}`)
  return [
    html`<strong>Merge?</strong> ${merge.merged ? 'The nominal test images joined the pool that training draws from' : 'No nominal test images were merged into the training pool'} (mode ${merge.mode}${merge.pValue !== null && html`, two-sample test p = ${fixed(merge.pValue)}`}${merge.effect !== null && html`, effect ${fixed(merge.effect)}`}). ${outside(merge.reason)}`,
    protocol.scheme === 'leave-out'
      ? html`<strong>Split</strong> by ${protocol.unit}, each ${outside(protocol.by ?? 'group')} left out once: judged as a whole, while the others train and find the threshold. At least ${statedPercent(protocol.minTrain)} of the good ${protocol.unit}s among them train.`
      : html`<strong>Split</strong> by ${protocol.unit}, scheme ${protocol.scheme}, from seed ${evaluation.seed}: half the defective ${protocol.unit}s find the threshold, the other half judge it, with as many good ones beside them${first && html` (fold 1: ${first.units.train} to train, ${first.units.threshold[0]} + ${first.units.threshold[1]} for the threshold, ${first.units.inference[0]} + ${first.units.inference[1]} to judge)`}. At least ${statedPercent(protocol.minTrain)} of good ${protocol.unit}s train.${protocol.shots != null && html` Of these, ${Math.max(...protocol.shots)} at a time are drawn, ${plural(protocol.draws ?? 1, 'time')} for each split, so that ${plural(folds.length, 'support')} are judged.`}`,
    html`<strong>Fit</strong> ${outside(evaluation.detector.id)} on good images of the training role only.`,
    html`<strong>Threshold</strong> by the policy <code>${protocol.threshold.policy}</code>${policy.length > 0 && html` (${outside(policy.join(', '))})`}, on the threshold role only.`,
    html`<strong>Judge</strong> the inference role with that threshold; every figure on this page comes from there.`,
    html`<strong>Repeat</strong> ${plural(protocol.folds, 'time')}. Intervals use the corrected resampled t (Nadeau and Bengio 2003), because folds share training images.`,
  ]
}

function environment(evaluation: Evaluation): [string, string][] {
  const { environment: machine, backbone, input } = evaluation
  return [
    ['Plumbline', evaluation.plumbline],
    ['Node', machine.node],
    ['ONNX Runtime', machine.onnxruntime],
    ['Device', `${machine.device}, ${plural(machine.threads, 'thread')}`],
    ['Backbone', `${backbone.id}, ${backbone.weights}`],
    ['Input', `${input.width} × ${input.height} px, ${input.fit}${viewWords(input)}`],
    ['Took', duration(evaluation.seconds)],
  ]
}

function facts(caption: string, entries: readonly (readonly [string, string])[]): Markup {
  return tableFrame(
    caption,
    html`<table class="facts-table"><caption>${caption}</caption><tbody>${entries.length === 0 ? html`<tr><td>none</td></tr>` : entries.map(([name, value]) => html`<tr><th scope="row">${outside(name)}</th><td>${outside(value)}</td></tr>`)}</tbody></table>`,
  )
}

function failures(evaluation: Evaluation): Markup | null {
  const list = evaluation.dataset.failures
  if (list.length === 0) return null
  return html`<details id="failures" open><summary>Files not used, or only in part (${list.length})</summary>${tableFrame('Files not used, or only in part', html`<table><caption class="hidden">Files not used, or only in part</caption><thead><tr><th scope="col">File</th><th scope="col">Reason</th></tr></thead><tbody>${list.map((failure) => html`<tr><th scope="row">${outside(failure.path)}</th><td>${outside(failure.reason)}</td></tr>`)}</tbody></table>`)}</details>`
}

/** The command line that makes this run, from what the evaluation records. */
export function commandOf(evaluation: Evaluation): string {
  const { protocol, input } = evaluation
  const { policy, ...parameters } = protocol.threshold
  const options: [string, string | number | false][] = [
    ['out', 'RUN'],
    ['detector', evaluation.detector.id],
    ['backbone', evaluation.backbone.id],
    ['size', `${input.width}x${input.height}`],
    ['fit', input.fit],
    ['tiles', input.tiles ? `${input.tiles.width}x${input.tiles.height}` : false],
    ['roi', input.roi?.path ?? false],
    ['folds', protocol.folds],
    ['seed', evaluation.seed],
    ['unit', protocol.unit],
    ['scheme', protocol.scheme],
    ['merge', protocol.merge.mode],
    ['min-train', protocol.minTrain],
    ['part-score', protocol.partScore],
    ['threshold', policy],
    ['alpha', typeof parameters.alpha === 'number' && parameters.alpha],
    ['delta', typeof parameters.delta === 'number' && parameters.delta],
    ['prevalence', protocol.prevalenceStated && protocol.prevalence],
    ['cost-escape', protocol.costEscape],
    ['cost-overkill', protocol.costOverkill],
  ]
  const flags = options.flatMap(([name, value]) =>
    value === false ? [] : [`--${name} ${shellWord(String(value))}`],
  )
  return [`plumbline evaluate ${shellWord(evaluation.dataset.path)}`, ...flags].join(' ')
}

/** Quoted for a POSIX shell where need be. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
