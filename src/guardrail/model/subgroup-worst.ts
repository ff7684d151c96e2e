/**
 * `subgroup.worst`: for which defect type, angle or part does it fail?
 *
 * Every group of every column is tested against the others of its column (Fisher's exact test over units), escapes and overkill
 * apart; Holm's correction (1979) over all of these tests: among many small groups one always looks bad.
 */
import { clopperPearson } from '../../evaluate/intervals/clopper-pearson.ts'
import { minimumGroupUnits, subgroupTests } from '../../evaluate/subgroups.ts'
import type { Finding, Interval } from '../../wire/evaluation.ts'
import type { Guardrail } from '../contract.ts'
import type { EvaluatedRun } from './evaluated-run.ts'
import { percent, percentWithin } from './figure-text.ts'

const id = 'subgroup.worst'

const level = 0.01
/** Difference from the others, 0..1, below which a group is not worth a sentence, however many images show it. */
const leastDifference = 0.05

type Test = ReturnType<typeof subgroupTests>[number]

export const subgroupWorst: Guardrail<EvaluatedRun> = {
  id,
  question: 'Is there a kind of defect, an angle or a lot for which it fails?',
  async run({ results }) {
    const tests = subgroupTests(results)
    if (tests.length === 0) {
      return {
        kind: 'skipped',
        reason: `there are no two groups to compare with ${minimumGroupUnits} units or more; defect types (folders or a "defect" column) or further columns of a manifest make groups`,
      }
    }
    const worse = holm(tests).filter(({ rate, others }) => rate - others >= leastDifference)
    const findings = (['anomalous', 'nominal'] as const).flatMap((label) => {
      const own = worse.filter((test) => test.label === label)
      return own.length === 0 ? [] : [finding(own[0]!, own, tests.length)]
    })
    const [first, ...rest] = findings
    return first === undefined ? { kind: 'passed' } : { kind: 'found', findings: [first, ...rest] }
  },
}

/** Tests that are rejected at the family-wise level, smallest p-value first. */
export function holm<T extends { readonly pValue: number }>(tests: readonly T[]): readonly T[] {
  const sorted = tests.toSorted((a, b) => a.pValue - b.pValue)
  const kept = sorted.findIndex(({ pValue }, i) => pValue * (sorted.length - i) >= level)
  return kept < 0 ? sorted : sorted.slice(0, kept)
}

function finding(worst: Test, all: readonly Test[], tested: number): Finding {
  const { column, value, rate, others, units, label } = worst
  const ci = clopperPearson(Math.round(rate * units), units, 0.95) as Interval
  const group = column === 'defect' ? `Defects of the kind ${value}` : `Images of ${column} ${value}`
  const happens = label === 'anomalous' ? 'escape' : 'are rejected although good'
  return {
    id,
    severity: 'warning',
    title: `${group} ${happens} more often than others: ${percentWithin(rate, ci)} against ${percent(others)}.`,
    evidence: {
      label,
      groups: all.slice(0, 10).map((test) => ({
        column: test.column,
        value: test.value,
        units: test.units,
        rate: test.rate,
        others: test.others,
        pValue: test.pValue,
      })),
      tested,
    },
    remedy:
      label === 'anomalous'
        ? `Quote the escape rate of this group beside the mean. Look at its images: is the defect visible at the model's size (check: defect.size)? A larger --size, a closer photograph or other light often helps; the threshold does not.`
        : 'Train on more good images of this group; a threshold of its own for the group also helps, if the line knows the group.',
  }
}
