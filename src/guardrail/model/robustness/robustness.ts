/**
 * What change of the picture, harmless to the part, changes the verdict? One guardrail for each perturbation.
 *
 * Nominal and anomalous inference images are changed in growing doses and judged at the fold's own threshold. A dose is harmful
 * where good parts rejected, or defective parts passed, become more by a margin, and by more than chance would have it.
 */
import type { Random } from '../../../math/random.ts'
import type { Finding, Interval } from '../../../wire/evaluation.ts'
import type { GuardrailChart } from '../../../wire/guardrail-report.ts'
import type { Answer, Guardrail } from '../../contract.ts'
import { percent, percentWithin } from '../figure-text.ts'
import type { RobustnessRun } from '../fitted-run.ts'
import { drawImages } from '../rescore.ts'
import { signFlipMaxTest } from '../sign-flip.ts'
import { doseResponse, type Response, type Subjects } from './dose-response.ts'
import type { Perturbation } from './perturbation.ts'

/** Increase of a rate, 0..1, below which a dose is called harmless: of 100 good parts, five more rejected is what a line notices. */
export const harmfulRise = 0.05
/** For all doses of a change together; overkill and escapes apart. */
const alpha = 0.02
/** Independent good parts needed for a rise of 100 % to pass the test (2^-6 < alpha). */
const fewestUnits = 6

export function robustness(perturbation: Perturbation): Guardrail<RobustnessRun> {
  const id = `robustness.${perturbation.name}`
  return {
    id,
    question: perturbation.question,
    async run(run, task): Promise<Answer> {
      const subjects = chooseSubjects(run)
      if (typeof subjects === 'string') return { kind: 'skipped', reason: subjects }
      const responses: Response[] = []
      for await (const response of doseResponse(perturbation, subjects, run, task)) responses.push(response)
      const harmful = harmfulOnes(responses, run.randomOf(`${id} test`))
      const first = harmful.indexOf(true)
      // Nothing is called harmless that looks harmful, even where it may be chance.
      const doubtful = responses.findIndex((response) => rises(response, responses[0]!, subjects))
      const harmless = (doubtful < 0 ? responses.length : doubtful) - 1
      const charts = [chartOf(id, perturbation, responses, harmless)]
      if (first < 0) return { kind: 'passed', charts }
      return {
        kind: 'found',
        findings: [finding(id, perturbation, responses, first, harmless, subjects)],
        charts,
      }
    },
  }
}

/** The same images for every perturbation. @returns Why there are none, where there are not enough. */
function chooseSubjects({ judged, threshold, randomOf, images: most }: RobustnessRun): Subjects | string {
  if (threshold === null) return 'the fold has no threshold, so there are no verdicts that could change'
  const nominal = drawImages(judged, 'nominal', most, randomOf('robustness'))
  const anomalous = drawImages(judged, 'anomalous', Math.ceil(most / 2), randomOf('robustness'))
  // A part whose images are all rejected already cannot be rejected more often.
  const units = new Set(nominal.filter(({ isRejected }) => !isRejected).map(({ unit }) => unit)).size
  if (units < fewestUnits) {
    return `the fold passed good images of ${units} parts; ${fewestUnits} are needed to tell a change from chance`
  }
  const images = [...nominal, ...anomalous]
  return {
    images,
    labels: Uint8Array.from(images, ({ sample }) => (sample.label === 'anomalous' ? 1 : 0)),
    units: images.map(({ unit }) => unit),
    threshold,
  }
}

/** For each response, whether a rate rises by the margin and by more than chance would have it, all doses taken together. */
function harmfulOnes(responses: readonly Response[], random: Random): readonly boolean[] {
  const before = responses[0]!
  const doses = responses.slice(1)
  const chanceOf = (rate: 'moreOverkill' | 'moreEscapes'): ArrayLike<number> =>
    signFlipMaxTest(
      doses.map((response) => response[rate]),
      random,
    )
  const overkill = chanceOf('moreOverkill')
  const escapes = chanceOf('moreEscapes')
  const isMore = (rate: number | null, from: number | null, p: number): boolean =>
    rate !== null && from !== null && rate - from >= harmfulRise && p < alpha
  return [
    false,
    ...doses.map(
      (response, i) =>
        isMore(response.overkill.rate, before.overkill.rate, overkill[i]!) ||
        isMore(response.escape.rate, before.escape.rate, escapes[i]!),
    ),
  ]
}

/** Whether a rate rises by the margin, and by more than one image, by chance or not. */
function rises({ overkill, escape: escapes }: Response, before: Response, { labels }: Subjects): boolean {
  const anomalous = labels.reduce((sum: number, label) => sum + label, 0)
  const least = (images: number): number => Math.max(harmfulRise, 1.5 / Math.max(1, images))
  return (
    overkill.rate - before.overkill.rate >= least(labels.length - anomalous) ||
    (escapes.rate ?? 0) - (before.escape.rate ?? 0) >= least(anomalous)
  )
}

function finding(
  id: string,
  { expected, remedy }: Perturbation,
  responses: readonly Response[],
  first: number,
  largest: number,
  subjects: Subjects,
): Finding {
  const [before, response] = [responses[0]!, responses[first]!]
  const isExpected = expected !== null && response.dose <= expected
  const harmless = largest > 0 ? `; ${responses[largest]!.words} no harm was seen` : ''
  const anomalous = subjects.labels.reduce((sum: number, label) => sum + label, 0)
  return {
    id,
    severity: isExpected ? 'warning' : 'info',
    title: `${capital(response.words)}, ${consequence(response, before)}${harmless}.`,
    evidence: {
      largestHarmlessDose: responses[largest]!.dose,
      expectedDose: expected,
      nominalImages: subjects.images.length - anomalous,
      anomalousImages: anomalous,
      doses: responses.map(({ dose, overkill, escape: escapes, auroc, scoreShift }) => ({
        dose,
        overkillRate: overkill.rate,
        overkillCi: overkill.interval,
        escapeRate: escapes.rate,
        escapeCi: escapes.interval,
        auroc: auroc.value,
        aurocCi: auroc.interval,
        scoreShift,
      })),
    },
    remedy,
  }
}

/** The worse of the two rises, in words. */
function consequence({ overkill, escape: escapes }: Response, before: Response): string {
  const rise = overkill.rate - before.overkill.rate
  const escapeRise = (escapes.rate ?? 0) - (before.escape.rate ?? 0)
  return rise >= escapeRise
    ? `${percentWithin(overkill.rate, overkill.interval)} of good parts are rejected, against ${percent(before.overkill.rate)} as photographed`
    : `${percentWithin(escapes.rate, escapes.interval)} of defective parts pass, against ${percent(before.escape.rate)} as photographed`
}

function chartOf(
  id: string,
  { axis, doses, expected, question }: Perturbation,
  responses: readonly Response[],
  harmless: number,
): GuardrailChart {
  const bounds = ([low, high]: Interval): [number, number] | null =>
    low === null || high === null ? null : [low, high]
  const hasEscapes = responses[0]!.escape.rate !== null
  return {
    id,
    caption: question,
    axis,
    doses: responses.map(({ dose, words }) => ({ label: dose === 0 ? '0' : String(dose), words })),
    harmless,
    expected: expected === null ? null : 1 + doses.findIndex(({ value }) => value === expected),
    series: [
      {
        name: 'good parts rejected',
        kind: 'overkill',
        values: responses.map(({ overkill }) => ({
          value: overkill.rate,
          interval: bounds(overkill.interval),
        })),
      },
      ...(hasEscapes
        ? ([
            {
              name: 'defective parts passed',
              kind: 'escape',
              values: responses.map(({ escape: escapes }) => ({
                value: escapes.rate,
                interval: bounds(escapes.interval),
              })),
            },
            {
              name: 'AUROC',
              kind: 'auroc',
              values: responses.map(({ auroc }) => ({
                value: auroc.value,
                interval: bounds(auroc.interval),
              })),
            },
          ] satisfies GuardrailChart['series'])
        : []),
    ],
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
