/** A made-up look at a dataset, so that every guardrail can be asked without files. */
import type { Sample } from '../../../src/dataset/sample.ts'
import type { Answer } from '../../../src/guardrail/contract.ts'
import type { CheckContext } from '../../../src/guardrail/data/check-context.ts'
import { createRandom } from '../../../src/math/random.ts'
import type { Picture } from '../../../src/parts/scan/picture.ts'
import type { Finding } from '../../../src/wire/evaluation.ts'

export type Told = Partial<Omit<Picture, 'sample' | 'light'>> & {
  readonly sample?: Partial<Sample>
  readonly light?: Partial<Picture['light']>
}

/** Picture number i of a dataset in which nothing is wrong, but for what is told. */
export function pictureOf(i: number, { sample, light, ...told }: Told = {}): Picture {
  const id = sample?.id ?? `images/${i}.png`
  const random = createRandom(i, 'picture')
  return {
    sample: {
      id,
      path: `/data/${id}`,
      label: 'nominal',
      part: null,
      defect: null,
      mask: null,
      foreground: null,
      split: null,
      attributes: {},
      ...sample,
    },
    width: 100,
    height: 100,
    format: 'PNG',
    bytes: 10_000 + random.integer(100),
    fileHash: `file ${i}`,
    pixelHash: `pixels ${i}`,
    takenAt: null,
    thumbnail: new Uint8Array(64 * 64).fill(100),
    silhouette: null,
    defect: null,
    ...told,
    light: {
      mean: 120 + random.normal(),
      contrast: 40 + random.normal(),
      black: 0,
      white: 0,
      sharpness: -1 + 0.05 * random.normal(),
      levels: 120,
      glare: 0,
      ...light,
    },
  }
}

/** `tell` says what is special about each picture. */
export const picturesOf = (count: number, tell: (i: number) => Told = () => ({})): readonly Picture[] =>
  Array.from({ length: count }, (_, i) => pictureOf(i, tell(i)))

export function contextOf(pictures: readonly Picture[], told: Partial<CheckContext> = {}): CheckContext {
  const samples = pictures.map(({ sample }) => sample)
  return {
    dataset: { issues: [], layout: 'folders', leftOut: [] },
    samples,
    scan: { pictures, faults: [] },
    unit: samples.some(({ part }) => part !== null) ? 'part' : 'image',
    input: { size: { width: 256, height: 256 }, fit: 'pad', cell: 8 },
    escapeClaim: 0.1,
    groups: null,
    embeddings: null,
    outlierScores: null,
    random: createRandom(0),
    ...told,
  }
}

export const isAnomalous = { label: 'anomalous' } as const

/** The findings of an answer; none where it passed. @throws Where the question was not asked. */
export function findingsOf(answer: Answer): readonly Finding[] {
  if (answer.kind === 'skipped') throw new Error(`skipped: ${answer.reason}`)
  return answer.kind === 'found' ? answer.findings : []
}
