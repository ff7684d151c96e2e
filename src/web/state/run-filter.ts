/** Which images of a run are looked for, as the query of the address, both ways, and what they look like under it. */
import type { RunImage } from '../../wire/serve/runs.ts'
import { verdicts } from '../../wire/station/outcomes.ts'
import type { Verdict } from '../../wire/station/verdict.ts'
import { readChoices, readNumbers, readSeveral } from './query-fields.ts'

export interface RunFilter {
  readonly verdict?: readonly Verdict[]
  /** What the dataset says. */
  readonly label?: RunImage['label']
  readonly defect?: string
  /** Whether it was judged as the dataset says, in the fold that is asked for or else in all. */
  readonly judged?: 'right' | 'wrong'
  /** What this fold said; else the mean of all that judged an image, and what most of them said. */
  readonly fold?: number
  readonly scoreFrom?: number
  readonly scoreTo?: number
  readonly order?: 'lowest'
}

/** An image as the filter has it judged. */
export interface ShownImage {
  readonly image: RunImage
  readonly score: number
  readonly verdict: Verdict
  /** Share of the folds in question in which it was judged right. */
  readonly right: number
  /** How many these are. */
  readonly folds: number
  /** One whose map it has. */
  readonly fold: number
}

const choices = { label: ['nominal', 'anomalous'], judged: ['right', 'wrong'], order: ['lowest'] } as const
const numbers = ['fold', 'scoreFrom', 'scoreTo'] as const

/** What is no value of a field is left out. */
export function readRunFilter(query: URLSearchParams): RunFilter {
  const verdict = readSeveral(query, 'verdict', verdicts)
  const filter: Record<string, unknown> = { ...readChoices(query, choices), ...readNumbers(query, numbers) }
  if (verdict.length > 0) filter.verdict = verdict
  const defect = query.get('defect')
  if (defect) filter.defect = defect
  return filter
}

export function runFilterAddress(run: string, filter: RunFilter): Record<string, string> {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined && String(value) !== '')
  return { run, ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])) }
}

/** Those that match, in the order asked for. @param images - The highest score first. */
export function shownImages(images: readonly RunImage[], filter: RunFilter): readonly ShownImage[] {
  const { verdict, label, defect, judged, scoreFrom = -Infinity, scoreTo = Infinity } = filter
  const shown = images
    .filter((image) => label === undefined || image.label === label)
    .filter((image) => defect === undefined || image.defect === defect)
    .flatMap((image) => asJudged(image, filter.fold))
    .filter((each) => verdict === undefined || verdict.includes(each.verdict))
    .filter(({ right }) => judged === undefined || (right === 1) === (judged === 'right'))
    .filter(({ score }) => score >= scoreFrom && score < scoreTo)
  const sign = filter.order === 'lowest' ? 1 : -1
  return shown.sort((a, b) => sign * (a.score - b.score))
}

/** By a fold, which may not have judged it; or by all. */
function asJudged(image: RunImage, fold: number | undefined): readonly ShownImage[] {
  if (fold === undefined) {
    const { score, right, judged } = image
    const said = (verdict: Verdict): number => judged.filter(({ decision }) => decision === verdict).length
    const [most = 'review'] = [...verdicts].sort((a, b) => said(b) - said(a))
    return [{ image, score, right, verdict: most, fold: judged[0]?.fold ?? 0, folds: judged.length }]
  }
  return image.judged
    .filter((each) => each.fold === fold)
    .map(({ score, decision }) => {
      const isRight = (decision === 'nominal') === (image.label === 'nominal')
      return { image, score, verdict: decision, right: isRight ? 1 : 0, fold, folds: 1 }
    })
}
