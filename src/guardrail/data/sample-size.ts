/** `sample.size`: can this many parts support the claim that the user wants to make? */
import { clopperPearson } from '../../evaluate/intervals/clopper-pearson.ts'
import { groupUnits } from '../../evaluate/units.ts'
import type { Guardrail } from '../contract.ts'
import { answer, counted, percent, skipped } from './answer.ts'
import type { CheckContext } from './check-context.ts'

const id = 'sample.size'

/** Units a side below which `evaluate` refuses: ten in either half (docs/protocol.md). */
const leastUnits = 20
const confidence = 0.95
/** Half-width of the interval of a rate of 5 % from which figures are called vague. */
const typicalRate = 0.05

export const sampleSize: Guardrail<CheckContext> = {
  id,
  question: 'Can this many parts support the claim that is to be made?',
  async run({ scan, unit, escapeClaim }) {
    if (escapeClaim === null) return skipped('no claim was stated: run `plumbline check` with --escape-claim')
    const units = groupUnits(
      scan.pictures.map(({ sample }) => sample),
      unit,
    )
    const nominal = units.filter((each) => each.nominal.length > 0).length
    const anomalous = units.filter((each) => each.anomalous.length > 0).length
    if (anomalous === 0) {
      return skipped(
        `there are no anomalous images: nothing can be claimed about escapes until there are some; false alarms can be held to ${percent(certifiable(Math.floor(nominal / 2)))} at best`,
      )
    }
    // Half of the anomalous units choose the threshold, the other half judges.
    const judged = Math.floor(anomalous / 2)
    const evidence = {
      unit,
      nominal,
      anomalous,
      judgedPerFold: judged,
      certifiableEscapeRate: certifiable(judged),
      escapeIntervalAt5Percent: interval(judged),
      overkillIntervalAt5Percent: interval(Math.min(judged, Math.floor(nominal / 4))),
      claim: escapeClaim,
    }
    const scarce = [
      { count: nominal, label: 'nominal' },
      { count: anomalous, label: 'anomalous' },
    ].filter(({ count }) => count < leastUnits)
    if (scarce.length > 0) {
      return answer([
        {
          id,
          severity: 'error',
          title: `There are ${scarce.map(({ count, label }) => `only ${counted(count, `${label} ${unit}`)}`).join(' and ')}; it takes ${leastUnits} of either label to choose a threshold and judge it.`,
          evidence,
          remedy: `Collect images of more ${unit}s. More images of the same parts do not help: they are not independent.`,
        },
      ])
    }
    const needed = 2 * Math.ceil(Math.log(1 - confidence) / Math.log(1 - escapeClaim))
    if (certifiable(judged) <= escapeClaim) return { kind: 'passed' }
    return answer([
      {
        id,
        severity: 'warning',
        title:
          `With ${counted(anomalous, `anomalous ${unit}`)}, half of them judging, the smallest escape rate that can be shown is ${percent(certifiable(judged))}, ` +
          `and that only if none escapes; for ${percent(escapeClaim)} it takes ${needed}.`,
        evidence: { ...evidence, needed },
        remedy: `Collect more defective ${unit}s, or claim less (--escape-claim). A measured escape rate of 5 % would have an interval from ${percent(interval(judged)[0])} to ${percent(interval(judged)[1])}.`,
      },
    ])
  },
}

/** Largest rate that zero misses among n still allow at 95 % confidence: 1 - 0.05^(1/n) (Clopper and Pearson 1934). */
const certifiable = (n: number): number => (n <= 0 ? 1 : 1 - (1 - confidence) ** (1 / n))
const interval = (n: number): readonly [number, number] =>
  n <= 0 ? [0, 1] : clopperPearson(typicalRate * n, n, confidence)
