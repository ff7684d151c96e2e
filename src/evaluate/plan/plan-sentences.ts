/** The answer of a plan in sentences: what to photograph, what it buys, and what it takes to prove a claim. */
import type { Plan, PlanEstimate, PlanPoint, PlanProof } from '../../wire/plan.ts'

type Told = Pick<Plan, 'protocol' | 'nominal' | 'defective' | 'proofs' | 'dataset'>

/** @returns One sentence or two to each subject: good ones, defective ones, the two proofs. */
export function planSentences(plan: Told): string[] {
  return [
    ...nominalSentences(plan),
    ...defectiveSentences(plan),
    proofSentence(plan.proofs.escape, 'escape', 'defective', 'missed', plan.dataset.partsKnown),
    proofSentence(plan.proofs.overkill, 'overkill', 'good', 'rejected', plan.dataset.partsKnown),
  ]
}

/** `12 good photographs`, `12 good parts (about 70 photographs)`. */
function things(
  { protocol: { unit } }: Pick<Plan, 'protocol'>,
  count: number,
  kind: 'good' | 'defective',
  imagesPerUnit = 1,
): string {
  const noun = (word: string) => `${grouped(count)} more ${kind} ${word}${count === 1 ? '' : 's'}`
  if (unit === 'image') return noun('photograph')
  const images = Math.round(count * imagesPerUnit)
  return images > count ? `${noun('part')} (about ${grouped(images)} photographs)` : noun('part')
}

function nominalSentences(plan: Told): string[] {
  const { nominal, protocol } = plan
  const { advice, points, imagesPerUnit } = nominal
  const ahead = points.filter(({ more }) => more >= 0)
  const [now, last] = [ahead[0], ahead.at(-1)]
  const chosen = ahead.find(({ more }) => more === advice.more)
  if (!now || !last || !chosen) return []
  const auroc = `${protocol.level} AUROC`
  const unit = protocol.unit === 'part' ? 'parts' : 'photographs'
  const twice = ahead.find(({ units }) => units >= 2 * now.units) ?? last
  if (advice.kind === 'enough') {
    return [
      `More good ${unit} would change little: with ${grouped(now.units)} to learn from, ${auroc} is ${share(now.auroc)}, and with ` +
        `${things(plan, twice.more, 'good', imagesPerUnit)} it would be ${share(twice.auroc)}.`,
      `The escape rate would be ${rate(twice.escapeRate)} instead of ${percent(now.escapeRate.value)}, the overkill rate ` +
        `${rate(twice.overkillRate)} instead of ${percent(now.overkillRate.value)}.`,
      ...doubt(advice.isUncertain, unit),
    ]
  }
  const end =
    advice.kind === 'more'
      ? 'more would change little'
      : 'still more would help further, as far as can be seen'
  return [
    `With ${things(plan, chosen.more, 'good', imagesPerUnit)} ${auroc} would be ${share(chosen.auroc)} instead of ` +
      `${share(now.auroc)}; ${end}.`,
    `The escape rate would then be ${rate(chosen.escapeRate)} instead of ${percent(now.escapeRate.value)}, the overkill rate ` +
      `${rate(chosen.overkillRate)} instead of ${percent(now.overkillRate.value)}.`,
    ...doubt(advice.isUncertain, unit),
  ]
}

const doubt = (isUncertain: boolean, unit: string): readonly string[] =>
  isUncertain
    ? [
        `How the curve goes on is known badly: take some of these ${unit} first, and plan again before you take the rest.`,
      ]
    : []

function defectiveSentences(plan: Told): string[] {
  const { defective, protocol } = plan
  const now = defective.points.find(({ more }) => more === 0)
  const twice = defective.points.find(({ units }) => units >= 2 * defective.now)
  if (!now || !twice) return []
  const width = (point: PlanPoint): string => points(point.escapeRate.width)
  return [
    `With ${things(plan, twice.more, 'defective')} the 95 % interval of the escape rate would be ${width(twice)} wide instead of ` +
      `${width(now)}, that of ${protocol.level} AUROC ${twice.auroc.width.toFixed(3)} instead of ${now.auroc.width.toFixed(3)}.`,
  ]
}

/** Parts by which a proof is meant: verdicts that stand for themselves. */
export function proofSentence(
  { bound, confidence, parts, rate: measured, expected }: PlanProof,
  name: 'escape' | 'overkill',
  kind: 'defective' | 'good',
  verb: 'missed' | 'rejected',
  partsKnown: boolean,
): string {
  const [none, one] = parts
  if (none === undefined || none.parts === null) {
    return `An ${name} rate below ${percent(bound)} cannot be proved by any number of parts that could be photographed.`
  }
  const more = one?.parts == null ? '' : ` (${grouped(one.parts)} with one ${verb})`
  const need =
    `To prove an ${name} rate below ${percent(bound)} at ${percent(confidence)} confidence you need ${grouped(none.parts)} ` +
    `${kind} parts with none ${verb}${more}, none of which helped to choose the threshold`
  const hint = partsKnown ? '' : '; photographs count only if each shows another part'
  if (measured === null) return `${need}${hint}.`
  if (expected === null) {
    return (
      `${need}${hint}. At the rate measured here, ${percent(measured)}, no number of parts would prove it: detector, pictures or ` +
      'threshold must change first.'
    )
  }
  const { wrong, parts: many } = expected
  if (many === null) return `${need}${hint}.`
  return (
    `${need}${hint}. At the rate measured here, ${percent(measured)}, count on ${grouped(many)}` +
    `${wrong === 0 ? '' : `, of which ${grouped(wrong)} may be ${verb}`}.`
  )
}

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
const share = ({ value, ci: [low, high] }: PlanEstimate): string =>
  `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`
/** One decimal, or two digits of what is smaller. */
const percent = (value: number): string => `${inPercent(value)} %`
const inPercent = (value: number): string =>
  String(value < 0.001 ? Number((100 * value).toPrecision(2)) : Number((100 * value).toFixed(1)))
const rate = ({ value, ci: [low, high] }: PlanEstimate): string =>
  `${percent(value)} (${inPercent(low)} to ${percent(high)})`
const points = (width: number): string => `${(100 * width).toFixed(1)} points`
