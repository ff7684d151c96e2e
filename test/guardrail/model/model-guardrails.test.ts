import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../src/guardrail/contract.ts'
import { backgroundReliance } from '../../../src/guardrail/model/background/background-reliance.ts'
import { localisationConcordance } from '../../../src/guardrail/model/localisation-concordance.ts'
import { perturbations } from '../../../src/guardrail/model/robustness/perturbations.ts'
import { robustness } from '../../../src/guardrail/model/robustness/robustness.ts'
import { silhouetteMap } from '../../../src/guardrail/model/silhouette-map.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'
import { findingSchema } from '../../../src/wire/evaluation.ts'
import { guardrailChartSchema, guardrailPictureSchema } from '../../../src/wire/guardrail-report.ts'
import { away, type FittedOptions, fitted, type Scene, side } from './fitted.ts'

type Scenes = FittedOptions['scenes']
const middle = side / 2

function scenes(of: (label: 'nominal' | 'anomalous', i: number) => Partial<Scene>, count = 16): Scenes {
  return (['nominal', 'anomalous'] as const).flatMap((label) =>
    Array.from({ length: count }, (_, i) => ({
      label,
      scene: {
        background: 60,
        disc: 160,
        x: middle,
        y: middle,
        defect: label === 'anomalous',
        ...of(label, i),
      },
    })),
  )
}

/** The detector knows the grey levels of a good part before its background. */
const honest = away(60, 160)
const threshold = 30

function checked(answer: Answer): Answer {
  if (answer.kind === 'skipped') return answer
  for (const picture of answer.pictures ?? []) guardrailPictureSchema.parse(picture)
  for (const chart of answer.charts ?? []) guardrailChartSchema.parse(chart)
  if (answer.kind === 'found') for (const finding of answer.findings) findingSchema.parse(finding)
  return answer
}

describe('background.reliance', () => {
  const ask = async (options: Partial<FittedOptions> & Pick<FittedOptions, 'scenes'>) =>
    checked(await backgroundReliance.run(await fitted({ look: honest, threshold, ...options }), quietTask))

  it('passes where the part decides', async () => {
    expect((await ask({ scenes: scenes(() => ({})) })).kind).toBe('passed')
  })

  it('passes where backgrounds differ, but not by label', async () => {
    expect((await ask({ scenes: scenes((_, i) => ({ background: 60 + 10 * (i % 3) })) })).kind).toBe('passed')
  })

  it('finds a background that is tied to the label', async () => {
    const tied = scenes((label) => ({ background: label === 'anomalous' ? 250 : 60, defect: false }))
    const answer = await ask({ scenes: tied })
    expect(answer).toMatchObject({ kind: 'found', findings: [{ severity: 'error' }] })
    if (answer.kind !== 'found') return
    const { evidence } = answer.findings[0]
    expect(evidence.reliance).toBeGreaterThan(0.8)
    expect(evidence.goodRejectedBeforeDefectiveBackground).toBe(1)
    expect(evidence.goodRejectedBeforeGoodBackground).toBe(0)
    expect(evidence.massOutsideObject).toBeGreaterThan(0.8)
  })

  it('says what it lacks', async () => {
    const all = scenes(() => ({}))
    expect(await ask({ scenes: all, objects: 'no masks' })).toEqual({ kind: 'skipped', reason: 'no masks' })
    const blind = { areGiven: true, find: async () => null }
    expect(await ask({ scenes: all, objects: blind })).toMatchObject({
      reason: 'no object was found in any image',
    })
    expect(await ask({ scenes: scenes(() => ({}), 4) })).toMatchObject({
      reason: expect.stringMatching(/it takes 7/),
    })
    expect(
      await ask({ scenes: scenes(() => ({ defect: false })), look: () => new Float32Array(side * side) }),
    ).toMatchObject({
      kind: 'skipped',
    })
  })
})

describe('localisation.concordance', () => {
  const ask = async (options: Partial<FittedOptions> & Pick<FittedOptions, 'scenes'>) =>
    checked(
      await localisationConcordance.run(await fitted({ look: honest, threshold, ...options }), quietTask),
    )

  it('passes where the map peaks at the defect', async () => {
    expect((await ask({ scenes: scenes(() => ({})) })).kind).toBe('passed')
  })

  it('finds that something else gives defects away', async () => {
    const tied = scenes((label) => ({ background: label === 'anomalous' ? 250 : 60 }))
    expect(await ask({ scenes: tied })).toMatchObject({
      kind: 'found',
      findings: [{ id: 'localisation.concordance' }],
    })
  })

  it('does not ask a detector that is no better than chance, or without masks', async () => {
    const look = () => new Float32Array(side * side).fill(50)
    expect(await ask({ scenes: scenes(() => ({})), look })).toMatchObject({
      reason: expect.stringMatching(/hardly a detection/),
    })
    const run = await fitted({ scenes: scenes(() => ({})), look: honest, threshold })
    expect(await localisationConcordance.run({ ...run, defectMask: () => null }, quietTask)).toMatchObject({
      reason: expect.stringMatching(/masks enable it/),
    })
  })
})

describe('silhouette.map', () => {
  const random = createRandom(0)
  const moving = scenes(
    () => ({ x: middle + random.integer(17) - 8, y: middle + random.integer(17) - 8 }),
    40,
  )
  const ask = async (options: FittedOptions) =>
    checked(await silhouetteMap.run(await fitted(options), quietTask))

  it('finds a detector that minds how a part lies', async () => {
    // It learnt a still part: whatever is not as in the middle of the picture is high.
    const template = await fitted({ scenes: scenes(() => ({}), 1), look: honest, threshold })
    let usual: Float32Array | undefined
    for await (const outcome of template.vision.images([template.judged.at(-1)!.sample], quietTask)) {
      if (outcome.ok) usual = Float32Array.from({ length: side * side }, (_, i) => outcome.value.data[3 * i]!)
    }
    const look: FittedOptions['look'] = ({ data }) => usual!.map((level, i) => Math.abs(data[3 * i]! - level))
    expect(await ask({ scenes: moving, look, threshold })).toMatchObject({ kind: 'found' })
    expect((await ask({ scenes: scenes(() => ({})), look, threshold })).kind).toBe('passed')
  })

  it('passes a detector that does not mind', async () => {
    expect((await ask({ scenes: moving, look: honest, threshold })).kind).toBe('passed')
  })
})

describe('robustness', () => {
  const named = (name: string) => robustness(perturbations.find((each) => each.name === name)!)
  const run = fitted({ scenes: scenes(() => ({}), 20), look: honest, threshold })

  it('finds that a detector of grey levels minds the light, and not the turn', async () => {
    const light = checked(await named('light').run(await run, quietTask))
    expect(light).toMatchObject({ kind: 'found', findings: [{ id: 'robustness.light' }] })
    if (light.kind !== 'found') return
    const [chart] = light.charts!
    expect(chart!.series.map(({ kind }) => kind)).toEqual(['overkill', 'escape', 'auroc'])
    expect(chart!.harmless).toBeGreaterThan(0)
    expect(light.findings[0].evidence.largestHarmlessDose).toBeLessThan(80)
    expect((await named('flip').run(await run, quietTask)).kind).toBe('passed')
    expect((await named('jpeg').run(await run, quietTask)).kind).not.toBe('skipped')
  })

  it('changes every image alike at every dose, and the same way again', async () => {
    const once = await named('noise').run(await run, quietTask)
    expect(await named('noise').run(await run, quietTask)).toEqual(once)
  })

  it('says what it lacks', async () => {
    const fine = await run
    expect(await named('blur').run({ ...fine, threshold: null }, quietTask)).toMatchObject({
      kind: 'skipped',
    })
    const few = await fitted({ scenes: scenes(() => ({}), 4), look: honest, threshold })
    expect(await named('blur').run(few, quietTask)).toMatchObject({
      reason: expect.stringMatching(/6 are needed/),
    })
  })
})
