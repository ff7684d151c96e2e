/** Guardrails on a model, and what each must find: every dataset is evaluated once, and its first fold is asked. */
import { join } from 'node:path'
import type { Answer, Guardrail } from '../../src/guardrail/contract.ts'
import { modelGuardrails } from '../../src/guardrail/model/catalogue.ts'
import type { FittedRun } from '../../src/guardrail/model/fitted-run.ts'
import { evaluateDataset } from '../../src/pipeline.ts'
import { completeEvaluateRequest } from '../../src/run/complete-request.ts'
import { openDiagnosis } from '../../src/run/open-diagnosis.ts'
import type { Task } from '../../src/task.ts'
import { benchBackbone } from './bench-backbone.ts'
import { atStrength, type PitfallCase, type Recipe } from './pitfall-case.ts'

/** Sixty parts, each photographed once: as many witnesses as pictures. */
const singly: Recipe = { imagesPerPart: 1, angles: [0, 0], parts: 60, defectiveParts: 30 }
/** Two stages of the backbone see enough of pictures that small. */
const size = { width: 192, height: 192 }
const halves = [1, 0.5, 0.25, 0.12] as const

interface ModelQuestion extends Pick<PitfallCase, 'illness' | 'recipe' | 'objects'> {
  readonly doses?: readonly number[]
  /** Of several findings, whether this one counts. */
  readonly counts?: (severity: string) => boolean
}

function modelCase(
  guardrail: string,
  { counts = (severity) => severity !== 'info', doses = halves, ...question }: ModelQuestion,
): PitfallCase {
  return {
    guardrail,
    doses,
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

/** Questions on one dataset come in a row; its run is kept in its folder, which is deleted with it. */
async function ask(folder: string, guardrail: Guardrail<FittedRun>, task: Task): Promise<Answer> {
  const run = join(folder, 'run')
  if (evaluated !== folder) {
    await evaluateDataset(
      completeEvaluateRequest({
        ...benchBackbone,
        dataset: join(folder, 'manifest.csv'),
        out: run,
        createdAt: '',
        size,
        folds: 1,
        threads: 1,
        cache: join(folder, 'features'),
        detectorOptions: { bankSize: 1024 },
        keepModels: true,
      }),
      task,
    )
    evaluated = folder
  }
  const opened = await openDiagnosis(
    {
      run,
      weights: null,
      fold: 0,
      images: 60,
      device: 'cpu',
      threads: 1,
      cache: join(folder, 'features'),
      createdAt: '',
      command: '',
    },
    task,
  )
  try {
    const fitted = await opened.openModel()
    if (typeof fitted === 'string') return { kind: 'skipped', reason: fitted }
    try {
      return await guardrail.run(fitted, task)
    } finally {
      await fitted.detector.close()
    }
  } finally {
    await opened.close()
  }
}

let evaluated = ''

function findGuardrail(id: string): Guardrail<FittedRun> {
  const found = modelGuardrails.find((guardrail) => guardrail.id === id)
  if (found === undefined) throw new Error(`no guardrail on a model is called ${id}`)
  return found
}

/** Poses as free as in the dose, from none to all: a detector that has seen parts turned does not mind a turn. */
const pose = (dose: number | null): Recipe => ({
  ...singly,
  pathologies: { 'free-pose': dose === null ? 1 : 1 - dose },
})

export const modelCases: readonly PitfallCase[] = [
  modelCase('background.reliance', {
    illness: 'background tied to the label',
    objects: ['plate'],
    recipe: atStrength('background', singly),
  }),
  modelCase('localisation.concordance', {
    illness: 'brightness tied to the label',
    objects: ['weave'],
    recipe: atStrength('brightness', singly),
  }),
  modelCase('silhouette.map', {
    illness: 'free-pose',
    objects: ['plate'],
    recipe: atStrength('free-pose', singly),
  }),
  modelCase('robustness.rotation', {
    illness: 'trained on one pose; dose: 1 − freedom of the pose',
    objects: ['plate'],
    doses: [1, 0.5],
    recipe: pose,
    counts: () => true,
  }),
]
