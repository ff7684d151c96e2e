/** Guardrails on a model, and what each must find: a model is fitted to the first fold of every dataset. */
import { join } from 'node:path'
import { holdImages } from '../../src/backbone/hold-images.ts'
import type { Sample } from '../../src/dataset/sample.ts'
import { type FoldPlan, planFolds, type SplitOptions } from '../../src/evaluate/split.ts'
import type { Unit } from '../../src/evaluate/units.ts'
import type { Answer, Guardrail } from '../../src/guardrail/contract.ts'
import { modelGuardrails } from '../../src/guardrail/model/catalogue.ts'
import type { FittedRun, JudgedImage } from '../../src/guardrail/model/fitted-run.ts'
import { judgeImages } from '../../src/guardrail/model/judge-images.ts'
import { createRandom } from '../../src/math/random.ts'
import { makeRequest } from '../../src/options/request.ts'
import { evaluateAsk } from '../../src/options/requests/evaluate.ts'
import { openObjectMasks } from '../../src/run/diagnose/object-masks.ts'
import { fitFold } from '../../src/run/evaluate/fit-fold.ts'
import { openEvaluation } from '../../src/run/evaluate/open-evaluation.ts'
import type { Task } from '../../src/task.ts'
import { benchBackbone } from './bench-backbone.ts'
import { atStrength, type PitfallCase, type Recipe } from './pitfall-case.ts'

/** Sixty parts, each photographed once: as many witnesses as pictures. */
const singly: Recipe = { imagesPerPart: 1, angles: [0, 0], parts: 60, defectiveParts: 30 }
/** Two stages of the backbone see enough of pictures that small. */
const size = { width: 192, height: 192 }

interface ModelQuestion extends Pick<PitfallCase, 'illness' | 'recipe' | 'objects' | 'doses'> {
  /** Of several findings, whether this one counts. */
  readonly counts?: (severity: string) => boolean
}

function modelCase(
  guardrail: string,
  { counts = (severity) => severity !== 'info', ...question }: ModelQuestion,
): PitfallCase {
  return {
    guardrail,
    ...question,
    settings: JSON.stringify({ size, backbone: benchBackbone.backbone, counts: String(counts) }),
    sources: ['src/guardrail/model', 'src/simulate'],
    async ask(folder, task) {
      const answer = await ask(folder, findGuardrail(guardrail), task)
      if (answer.kind === 'skipped') return { kind: 'skipped', detail: answer.reason }
      const found = answer.kind === 'found' ? answer.findings.filter(({ severity }) => counts(severity)) : []
      return found.length === 0
        ? {
            kind: 'passed',
            detail: answer.kind === 'found' ? answer.findings.map(({ title }) => title) : null,
          }
        : { kind: 'found', detail: found.map(({ title }) => title) }
    },
  }
}

/** Questions on one dataset come in a row: its model is fitted for the first of them. */
async function ask(folder: string, guardrail: Guardrail<FittedRun>, task: Task): Promise<Answer> {
  if (last?.folder !== folder) {
    await last?.close()
    last = { folder, ...(await fitOne(folder, task)) }
  }
  return await guardrail.run(last.fitted, task)
}

interface Fitted {
  readonly fitted: FittedRun
  /** Judged parts that were kept out of the fold. */
  readonly reserved: readonly JudgedImage[]
  close(): Promise<void>
}

let last: (Fitted & { readonly folder: string }) | undefined

interface FitOptions {
  /**
   * One part in so many is kept out of the fold, for whoever wants to know what is so of parts that the guardrail has not seen;
   * default 0: none.
   */
  readonly reserve?: number
  /** Draws the fold; default the first of an evaluation. */
  readonly draw?: (units: readonly Unit[], split: SplitOptions) => Pick<FoldPlan, Role>
}

type Role = 'train' | 'threshold' | 'inference'

const drawFirst = (units: readonly Unit[], split: SplitOptions): FoldPlan => planFolds(units, split)[0]!

/** One fold of an evaluation, without the figures, pictures and pages that nobody looks at here. */
export async function fitOne(
  folder: string,
  task: Task,
  { reserve = 0, draw = drawFirst }: FitOptions = {},
): Promise<Fitted> {
  const request = await makeRequest(evaluateAsk, {
    ...benchBackbone,
    dataset: join(folder, 'manifest.csv'),
    out: join(folder, 'run'),
    createdAt: '',
    size,
    folds: 1,
    threads: 1,
    cache: null,
    detectorOptions: { bankSize: 1024 },
  })
  const work = await openEvaluation(request, task)
  const { settings, masks, seen, vision } = work
  const isReserved = (_: unknown, i: number): boolean => reserve > 0 && i % reserve === 0
  const drawn = work.units.filter((unit, i) => !isReserved(unit, i))
  const plan = draw(drawn, { ...request, merged: true })
  const detector = await fitFold({ fold: 0, train: plan.train }, work, join(folder, 'scratch'), task)
  const judge = (samples: readonly Sample[], threshold: number | null) =>
    judgeImages(detector, vision, samples, settings.unit, threshold, task)
  const choosing = await judge(plan.threshold, null)
  const { threshold } = settings.choose(
    Float64Array.from(choosing, ({ score }) => score),
    Uint8Array.from(choosing, ({ sample }) => Number(sample.label === 'anomalous')),
  )
  const judged = await judge(plan.inference, threshold)
  const kept = work.units.filter(isReserved).flatMap(({ nominal, anomalous }) => [...nominal, ...anomalous])
  const unknown = { pixel: null, image: { auroc: { mean: null } } }
  return {
    fitted: {
      results: [],
      settings,
      evaluation: { metrics: unknown } as unknown as FittedRun['evaluation'],
      siblings: null,
      randomOf: (name) => createRandom(0, 'guardrail', name),
      fold: 0,
      threshold,
      detector,
      vision,
      held: holdImages(vision),
      judged,
      defectMask: (sample) => masks.find(sample),
      objects: await openObjectMasks(seen.samples, judged, vision, 1, task),
      images: 60,
    },
    reserved: await judge(kept, threshold),
    async close() {
      await detector.close()
      await vision.close()
    },
  }
}

function findGuardrail(id: string): Guardrail<FittedRun> {
  const found = modelGuardrails.find((guardrail) => guardrail.id === id)
  if (found === undefined) throw new Error(`no guardrail on a model is called ${id}`)
  return found
}

export const modelCases: readonly PitfallCase[] = [
  modelCase('background.reliance', {
    illness: 'background tied to the label',
    objects: ['plate'],
    doses: [1, 0.5],
    recipe: atStrength('background', singly),
  }),
]
