/**
 * `leakage.part`: does one part stand in several roles?
 *
 * By part ids where there are any; else by likeness: groups of images that show the same part, offered to the user.
 */
import { clopperPearson } from '../../evaluate/intervals/clopper-pearson.ts'
import { partsKnown } from '../../evaluate/units.ts'
import { leastPictures } from '../../parts/likeness/infer-groups.ts'
import type { Finding } from '../../wire/evaluation.ts'
import type { Answer, Guardrail } from '../contract.ts'
import { answer, counted, percent, skipped, some } from './answer.ts'
import type { CheckContext } from './check-context.ts'
import { contactSheet } from './sheet.ts'

const id = 'leakage.part'

/**
 * Share of the images with a sibling from which hidden parts are reported. Where there are none, at most 3 % of forged
 * images are joined by mistake (docs/hidden-parts.md).
 */
const leastShare = 0.05
const graveShare = 0.2

export const leakagePart: Guardrail<CheckContext> = {
  id,
  question: 'Does one part stand in several roles?',
  async run(context) {
    return partsKnown(context.samples) ? givenParts(context) : hiddenParts(context)
  },
}

function givenParts({ samples }: CheckContext): Answer {
  const splits = new Map<string, Set<string>>()
  for (const { part, split } of samples) {
    if (part === null || split === null) continue
    splits.set(part, (splits.get(part) ?? new Set()).add(split))
  }
  const torn = [...splits].filter(([, roles]) => roles.size > 1).map(([part]) => part)
  const nameless = samples.filter(({ part }) => part === null)
  return answer([
    torn.length === 0
      ? null
      : {
          id,
          severity: 'error',
          title: `${torn.length} of ${counted(splits.size, 'part')} ${torn.length === 1 ? 'has' : 'have'} images both for training and for testing.`,
          evidence: { parts: torn.length, of: splits.size, examples: some(torn) },
          remedy:
            'Do not quote figures from the published split: the detector has seen the very parts it is judged on. `plumbline evaluate` keeps a part in one role.',
        },
    nameless.length === 0
      ? null
      : {
          id,
          severity: 'warning',
          title: `${nameless.length} of ${counted(samples.length, 'image')} have no part id and count as parts of their own.`,
          evidence: {
            images: nameless.length,
            of: samples.length,
            examples: some(nameless.map((sample) => sample.id)),
          },
          remedy:
            'Complete the part ids. If several of these images show one part, it can stand in several roles.',
        },
  ])
}

async function hiddenParts({ groups, scan: { pictures } }: CheckContext): Promise<Answer> {
  if (pictures.length < leastPictures) {
    return skipped(
      `there are no part ids, and ${counted(pictures.length, 'image')} are too few to tell which show one part: give --part-pattern or a column "part", or at least ${leastPictures} images`,
    )
  }
  if (groups === null) {
    return skipped('there are no part ids: give --part-pattern or a column "part", or run `plumbline check`')
  }
  const found = await groups()
  const shared = found.groups.filter(({ length }) => length > 1)
  const images = shared.reduce((sum, { length }) => sum + length, 0)
  const share = images / pictures.length
  if (share < leastShare) return { kind: 'passed' }
  const splits = shared.filter((group) => new Set(group.map((i) => pictures[i]!.sample.split)).size > 1)
  const biggest = [...shared].sort((a, b) => b.length - a.length || a[0]! - b[0]!)
  const finding: Finding = {
    id,
    severity: share >= graveShare || splits.length > 0 ? 'error' : 'warning',
    title:
      `${images} of ${counted(pictures.length, 'image')} (${percent(share)}) show a part that another image shows too: ` +
      `there seem to be ${found.groups.length} parts, and nothing says which image shows which.`,
    evidence: {
      images,
      of: pictures.length,
      share,
      ci: clopperPearson(shared.length, found.groups.length, 0.95),
      parts: found.groups.length,
      sharedParts: shared.length,
      largest: biggest[0]!.length,
      acrossSplits: splits.length,
      undecided: found.undecided,
      leastLikeness: found.chance.least,
      expectedFalsePairs: 1,
      groups: some(biggest.map((group) => group.map((i) => pictures[i]!.sample.id))),
    },
    remedy:
      'Look at the groups, write them down with `plumbline check --write-parts parts.csv`, correct them, and use that manifest; ' +
      'or evaluate with --parts inferred. Split by single images, the same part trains and is judged.',
  }
  const sheet = await contactSheet(
    id,
    'Images that seem to show one part, a row for each of up to ten parts.',
    spread(shared, 10).map((group) => group.slice(0, 12).map((i) => pictures[i]!.thumbnail)),
  )
  return { kind: 'found', findings: [finding], pictures: [sheet] }
}

/** Some items, evenly spread over a list. */
function spread<T>(items: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, items.length / most)
  return Array.from({ length: Math.min(most, items.length) }, (_, i) => items[Math.floor(i * step)]!)
}
