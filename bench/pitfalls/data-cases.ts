/** Guardrails on the data, and what each must find. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Guardrail } from '../../src/guardrail/contract.ts'
import { runGuardrails } from '../../src/guardrail/contract.ts'
import { dataGuardrails } from '../../src/guardrail/data/catalogue.ts'
import type { CheckContext } from '../../src/guardrail/data/check-context.ts'
import type { Fit } from '../../src/image/image.ts'
import { makeRequest } from '../../src/options/request.ts'
import { type CheckRequest, checkAsk } from '../../src/options/requests/check.ts'
import { type OpenCheck, openCheck } from '../../src/run/check/open-check.ts'
import type { ObjectName } from '../../src/simulate/render-spec.ts'
import type { Task } from '../../src/task.ts'
import { benchBackbone } from './bench-backbone.ts'
import { atStrength, type PitfallCase, type Recipe } from './pitfall-case.ts'

const all: readonly ObjectName[] = ['link', 'ring', 'plate', 'weave']
/** The cloth fills the picture: it has no silhouette that could move. */
const solids: readonly ObjectName[] = ['link', 'ring', 'plate']
const halves = [1, 0.5, 0.25, 0.12] as const

/** Between the first and the last of four photographs of a part; the first dose is no turn but the station's own scatter. */
const turned = [0, 4, 8, 16] as const

/** Four photographs of each part under two stops of exposures; the healthy twin has as many parts as photographs. */
const hiddenParts = (dose: number | null): Recipe => ({
  width: 150,
  height: 200,
  ...(dose === null
    ? { imagesPerPart: 1, parts: 56, defectiveParts: 24, angles: [0, 0] }
    : { imagesPerPart: 4, parts: 14, defectiveParts: 6, angles: [-dose / 2, dose / 2] }),
  pathologies: { 'hidden-parts': 1, exposure: 0.4 },
})

interface Asked {
  readonly size?: number
  readonly fit?: Fit
  readonly escapeClaim?: number
  /** Of several findings of one guardrail, those that count. */
  readonly counts?: (evidence: Record<string, unknown>) => boolean
}

function dataCase(
  guardrail: string,
  question: Pick<PitfallCase, 'illness' | 'recipe'> & Partial<Pick<PitfallCase, 'doses' | 'objects'>>,
  { size = 128, fit = 'pad', escapeClaim = 0.1, counts = () => true }: Asked = {},
): PitfallCase {
  return {
    guardrail,
    doses: halves,
    objects: all,
    ...question,
    settings: JSON.stringify({
      size,
      fit,
      escapeClaim,
      backbone: benchBackbone.backbone,
      counts: String(counts),
    }),
    sources: [
      sourceOf(guardrail),
      ...(guardrail === 'contamination' ? ['src/guardrail/data/outlier-scores.ts'] : []),
      'src/parts/scan',
      'src/parts/likeness',
      'src/guardrail/statistics',
      'src/simulate',
    ],
    async ask(folder, task) {
      const request = await makeRequest(checkAsk, {
        ...benchBackbone,
        dataset: join(folder, 'manifest.csv'),
        size: { width: size, height: size },
        fit,
        device: 'cpu',
        threads: 1,
        cache: join(folder, 'features'),
        escapeClaim,
        createdAt: '',
      })
      const { report } = await runGuardrails([findGuardrail(guardrail)], await contextOf(request, task), task)
      const [skipped] = report.skipped
      if (skipped !== undefined) return { kind: 'skipped', detail: skipped.reason }
      const found = report.findings.filter(
        ({ severity, evidence }) => severity !== 'info' && counts(evidence),
      )
      return found.length === 0
        ? { kind: 'passed', detail: null }
        : { kind: 'found', detail: found.map(({ title }) => title) }
    },
  }
}

let last: { readonly key: string; readonly check: OpenCheck } | null = null

/** The last look is kept: a healthy dataset is asked a dozen questions in a row. */
async function contextOf(request: CheckRequest, task: Task): Promise<CheckContext> {
  const key = JSON.stringify(request)
  if (last?.key === key) return last.check.context
  await last?.check.close()
  last = null
  last = { key, check: await openCheck(request, task) }
  return last.check.context
}

function findGuardrail(id: string): Guardrail<CheckContext> {
  const found = dataGuardrails.find((guardrail) => guardrail.id === id)
  if (found === undefined) throw new Error(`no guardrail on the data is called ${id}`)
  return found
}

/** `quality.blur` lies in `quality-blur.ts`. */
function sourceOf(id: string): string {
  const path = `src/guardrail/data/${id.replace('.', '-')}.ts`
  readFileSync(join(import.meta.dirname, '../..', path))
  return path
}

export const dataCases: readonly PitfallCase[] = [
  dataCase('files.unreadable', { illness: 'unreadable', recipe: atStrength('unreadable') }),
  dataCase('leakage.duplicate', { illness: 'near-duplicates', recipe: atStrength('near-duplicates') }),
  dataCase('leakage.part', { illness: 'part-scatter', recipe: atStrength('part-scatter') }),
  dataCase('leakage.part', {
    illness: 'hidden-parts with a surface of their own; degrees turned',
    objects: ['link', 'weave'],
    doses: turned,
    recipe: hiddenParts,
  }),
  dataCase('leakage.part', {
    illness: 'hidden-parts that are all alike; degrees turned',
    objects: ['ring', 'plate'],
    doses: turned,
    recipe: hiddenParts,
  }),
  dataCase('shortcut.metadata', { illness: 'file-type', recipe: atStrength('file-type') }),
  dataCase('shortcut.metadata', { illness: 'brightness', recipe: atStrength('brightness') }),
  dataCase('shift.nominal', { illness: 'lighting-drift', recipe: atStrength('lighting-drift') }),
  dataCase('shift.nominal', { illness: 'rotated-test', recipe: atStrength('rotated-test') }),
  dataCase('silhouette.variance', {
    illness: 'free-pose',
    objects: solids,
    recipe: atStrength('free-pose'),
  }),
  dataCase('aspect.distortion', { illness: 'aspect', recipe: atStrength('aspect') }, { fit: 'stretch' }),
  // At an input where the defects of the healthy twin are large enough: the cloth is seen from nearer.
  dataCase(
    'defect.size',
    { illness: 'tiny-defects', objects: solids, recipe: atStrength('tiny-defects') },
    { size: 1024 },
  ),
  dataCase(
    'defect.size',
    { illness: 'tiny-defects in cloth', objects: ['weave'], recipe: atStrength('tiny-defects') },
    { size: 512 },
  ),
  dataCase('quality.exposure', { illness: 'exposure', recipe: atStrength('exposure') }),
  dataCase('quality.exposure', { illness: 'lighting-drift', recipe: atStrength('lighting-drift') }),
  dataCase('quality.blur', { illness: 'blur', recipe: atStrength('blur') }),
  dataCase('quality.blur', { illness: 'noise', recipe: atStrength('noise') }),
  dataCase('quality.reflection', { illness: 'glare', recipe: atStrength('glare') }),
  dataCase(
    'contamination',
    {
      illness: 'contaminated-train, at 150x200',
      recipe: atStrength('contaminated-train', { width: 150, height: 200 }),
    },
    { size: 256 },
  ),
  dataCase('sample.size', {
    illness: 'few-samples',
    recipe: atStrength('few-samples', { imagesPerPart: 1, angles: [0, 0], defectiveParts: 80 }),
  }),
  dataCase('balance', {
    illness: 'unbalanced',
    recipe: atStrength('unbalanced', { imagesPerPart: 1, angles: [0, 0], defectiveParts: 48 }),
  }),
]
