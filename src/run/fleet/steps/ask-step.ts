/** The step `ask`: one guardrail asked of a fitted model, with images that are changed and judged again. */
import { z } from 'zod'
import { holdImages } from '../../../backbone/hold-images.ts'
import type { Sample } from '../../../dataset/sample.ts'
import { InputError } from '../../../errors.ts'
import { type Answer, answerOf } from '../../../guardrail/contract.ts'
import { robustnessGuardrails } from '../../../guardrail/model/catalogue.ts'
import type { FittedRun, JudgedImage } from '../../../guardrail/model/fitted-run.ts'
import { createRandom } from '../../../math/random.ts'
import type { Step } from '../../../work/step.ts'
import { floatsFrom, floatsOf } from '../floats.ts'
import { type MethodOrder, methodOf } from '../method-order.ts'
import type { SampleRef } from '../sample-ref.ts'
import { type Bench, samplesOf } from './bench.ts'
import { frameSchema, mapSchema } from './features-step.ts'

export interface AskOrder extends MethodOrder, Pick<FittedRun, 'threshold' | 'images'> {
  /** Of the guardrail. */
  readonly id: string
  readonly seed: number
  /** Contents of the model's files, by name. */
  readonly model: Readonly<Record<string, string>>
  /** Content that says how the model judges the images, in their order. */
  readonly judged: string
  readonly inference: readonly SampleRef[]
}

const judgedSchema = z.array(
  z.strictObject({
    unit: z.string(),
    score: z.number(),
    isRejected: z.boolean(),
    frame: frameSchema,
    peak: z.strictObject({ x: z.number(), y: z.number() }),
    map: mapSchema,
    step: z.number(),
  }),
)

export async function doAsk({ order }: Step<AskOrder>, bench: Bench): Promise<Answer> {
  const guardrail = robustnessGuardrails.find(({ id }) => id === order.id)
  if (guardrail === undefined) throw new InputError(order.id, 'is no guardrail that a worker knows')
  const { method } = await methodOf(order, bench)
  const { device, threads } = bench.made
  const vision = await bench.vision(order.look)
  const files = new Map<string, Uint8Array>()
  for (const [name, hash] of Object.entries(order.model)) files.set(name, await bench.blobs.get(hash))
  const samples = await samplesOf(order.inference, order, bench)
  const judged = decodeJudged(await bench.blobs.get(order.judged), samples)
  const detector = await method.load(files, { device, threads })
  try {
    const { threshold, images, seed } = order
    const held = holdImages(vision)
    const randomOf = (name: string) => createRandom(seed, 'guardrail', name)
    return await answerOf(
      guardrail,
      { threshold, images, detector, vision, held, judged, randomOf },
      bench.task,
    )
  } finally {
    await detector.close()
  }
}

export function encodeJudged(judged: readonly JudgedImage[]): Uint8Array {
  const rows = judged.map(({ sample: _, map, ...rest }) => ({
    ...rest,
    map: { ...map, data: floatsFrom(map.data) },
  }))
  return new TextEncoder().encode(JSON.stringify(rows))
}

function decodeJudged(bytes: Uint8Array, samples: readonly Sample[]): readonly JudgedImage[] {
  const rows = judgedSchema.parse(JSON.parse(new TextDecoder().decode(bytes)))
  return rows.flatMap(({ map, ...row }, i) => {
    const sample = samples[i]
    return sample === undefined ? [] : [{ ...row, sample, map: { ...map, data: floatsOf(map.data) } }]
  })
}
