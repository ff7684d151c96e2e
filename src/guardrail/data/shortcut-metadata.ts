/**
 * `shortcut.metadata`: can trivial facts tell good from bad?
 *
 * Facts of the file (size, type, time) have nothing to do with the part; facts of the light (brightness, contrast,
 * sharpness, and the bytes that they take) may, since some defects change them. Both are asked, separately, with the part's
 * images kept together.
 */
import type { Sample } from '../../dataset/sample.ts'
import { unitId } from '../../evaluate/units.ts'
import type { Picture } from '../../parts/scan/picture.ts'
import { mustGet } from '../../present.ts'
import type { Finding } from '../../wire/evaluation.ts'
import type { Guardrail } from '../contract.ts'
import { type LabelTest, type LabelTestInput, labelAuroc, labelTest } from '../statistics/label-test.ts'
import { answer, skipped } from './answer.ts'
import type { CheckContext } from './check-context.ts'

const id = 'shortcut.metadata'

/** Each of the two questions is asked at half of 1 % (Bonferroni), so that a healthy set is accused once in a hundred. */
const mostPValue = 0.005
/** Cross-validated AUROC from which facts are reported; a hundredth beyond chance is no shortcut. */
const leastAuroc = { file: 0.6, light: 0.7 } as const
const graveAuroc = 0.8
/**
 * Below this, what the light tells may be the defects themselves: on healthy forged sets it tells up to 0.87 (dents and
 * torn holes change contrast and sharpness), where bad parts are exposed a sixth longer 0.98 and more (docs/pitfalls.md).
 */
const surelyLight = 0.9
/** Images that are looked at; more do not make a shortcut clearer. */
const mostImages = 3000

interface Fact {
  readonly name: string
  readonly of: (picture: Picture) => number
}

export const shortcutMetadata: Guardrail<CheckContext> = {
  id,
  question: 'Can trivial facts about the files or the light tell good from bad?',
  async run(context, task) {
    const pictures = draw(context)
    const anomalous = pictures.filter(({ sample }) => sample.label === 'anomalous').length
    if (anomalous === 0 || anomalous === pictures.length) {
      return skipped(
        `there are no ${anomalous === 0 ? 'anomalous' : 'nominal'} images: it takes both labels to tell them apart`,
      )
    }
    const ask = async (
      kind: 'file' | 'light',
      facts: readonly Fact[],
    ): Promise<Finding | null | undefined> => {
      const varying = facts.filter(({ of }) => new Set(pictures.map(of)).size > 1)
      if (varying.length === 0) return null
      const whole = await labelTest({ ...input(pictures, varying, context, kind), task })
      if (whole === null) return undefined
      if (whole.pValue > mostPValue || whole.auroc < leastAuroc[kind]) return null
      const alone = varying
        .map((fact) => ({
          name: fact.name,
          auroc: labelAuroc(input(pictures, [fact], context, fact.name)),
        }))
        .sort((a, b) => b.auroc - a.auroc)
      return describe(kind, whole, alone)
    }
    const found = [await ask('file', fileFacts(pictures)), await ask('light', lightFacts)]
    if (found.includes(undefined)) {
      return skipped(
        'there are too few parts of either label to deal their labels out anew: it takes 8 parts or more that do not all have the same labels',
      )
    }
    return answer(found.map((finding) => finding ?? null))
  },
}

/** Whole units, drawn at random where there are too many images. */
function draw({ scan, random }: CheckContext): readonly Picture[] {
  const { pictures } = scan
  if (pictures.length <= mostImages) return pictures
  const units = [...new Set(pictures.map(({ sample }) => unitId(sample, 'part')))]
  const kept = new Set<string>()
  const sizes = new Map<string, number>()
  for (const { sample } of pictures)
    sizes.set(unitId(sample, 'part'), (sizes.get(unitId(sample, 'part')) ?? 0) + 1)
  let count = 0
  for (const unit of random.fork(id, 'draw').shuffleInPlace(units)) {
    if (count >= mostImages) break
    kept.add(unit)
    count += mustGet(sizes, unit)
  }
  return pictures.filter(({ sample }) => kept.has(unitId(sample, 'part')))
}

function input(
  pictures: readonly Picture[],
  facts: readonly Fact[],
  { unit, random }: CheckContext,
  name: string,
): Omit<LabelTestInput, 'task'> {
  return {
    rows: pictures.map((picture) => facts.map(({ of }) => of(picture))),
    labels: Uint8Array.from(pictures, ({ sample }) => Number(sample.label === 'anomalous')),
    units: pictures.map(({ sample }) => unitId(sample, unit)),
    random: random.fork(id, name),
  }
}

function fileFacts(pictures: readonly Picture[]): readonly Fact[] {
  const formats = [...new Set(pictures.map(({ format }) => format))].sort()
  return [
    { name: 'width', of: ({ width }) => width },
    { name: 'height', of: ({ height }) => height },
    { name: 'aspect ratio', of: ({ width, height }) => width / height },
    ...formats.map((format) => ({
      name: `type ${format}`,
      of: (picture: Picture) => Number(picture.format === format),
    })),
    { name: 'time taken', of: (picture) => timeOf(picture) ?? Number.NaN },
  ]
}

const lightFacts: readonly Fact[] = [
  { name: 'mean brightness', of: ({ light }) => light.mean },
  { name: 'contrast', of: ({ light }) => light.contrast },
  { name: 'sharpness', of: ({ light }) => light.sharpness },
  { name: 'share of black', of: ({ light }) => light.black },
  { name: 'share of white', of: ({ light }) => light.white },
  { name: 'bytes per pixel', of: ({ bytes, width, height }) => bytes / (width * height) },
]

const timeColumn = /^(date|time|day|timestamp|date_?time|taken)$/i

/** EXIF's, else that of a column that is called a time; null where there is none. */
export function timeOf({ takenAt, sample }: Pick<Picture, 'takenAt' | 'sample'>): number | null {
  return takenAt ?? columnTime(sample)
}

function columnTime({ attributes }: Sample): number | null {
  for (const [name, value] of Object.entries(attributes)) {
    if (!timeColumn.test(name)) continue
    const time = /^\d+(\.\d+)?$/.test(value) ? Number(value) : Date.parse(value)
    if (!Number.isNaN(time)) return time
  }
  return null
}

function describe(
  kind: 'file' | 'light',
  { auroc, ci, pValue, permutations, units }: LabelTest,
  alone: readonly { readonly name: string; readonly auroc: number }[],
): Finding {
  const best = alone[0]!
  const facts = kind === 'file' ? 'Facts about the file' : 'Brightness, contrast and sharpness'
  return {
    id,
    severity:
      kind === 'light'
        ? auroc >= surelyLight
          ? 'warning'
          : 'info'
        : auroc >= graveAuroc
          ? 'error'
          : 'warning',
    title:
      `${facts} alone tell good from bad with an AUROC of ${auroc.toFixed(2)} (95 % interval ${ci[0].toFixed(2)} to ${ci[1].toFixed(2)}); ` +
      `the ${best.name} alone reaches ${best.auroc.toFixed(2)}.`,
    evidence: {
      facts: kind,
      auroc,
      ci,
      pValue,
      permutations,
      units,
      alone: Object.fromEntries(alone.map(({ name, auroc: area }) => [name, area])),
    },
    remedy:
      kind === 'file'
        ? 'Photograph, crop and store both labels in the same way and at the same time. A detector that meets the shortcut looks good here and fails on the line.'
        : auroc >= surelyLight
          ? 'If the defect itself does not change the light, both labels must be photographed under the same light: mix good and bad parts while photographing. If it does, say so where the figures are quoted.'
          : 'This much may come from the defects themselves. If it cannot, both labels were not photographed under the same light: mix good and bad parts while photographing.',
  }
}
