/** The forged parts of a day: those that the line is commissioned on, then those of the day, whose light fades from the middle on. */
import { encodePng } from '../../../src/image/encode-image.ts'
import { planDataset } from '../../../src/simulate/plan-dataset.ts'
import { createRenderPool } from '../../../src/simulate/render-pool.ts'
import type { ObjectName } from '../../../src/simulate/render-spec.ts'
import { type SimulateOptions, simulateDefaults } from '../../../src/simulate/simulate-options.ts'

export interface ForgedPart {
  /** As the line calls it. */
  readonly part: string
  readonly png: Uint8Array
  /** What is wrong with it, as far as it can be seen; null for a good one. */
  readonly defect: string | null
  /** 0 while the light is as it should be, up to 1. */
  readonly dimmed: number
}

export interface LineOptions {
  readonly object: ObjectName
  readonly size: { readonly width: number; readonly height: number }
  /** Parts of this line that the model may have learned from: they never come again. */
  readonly before: number
  readonly commissioning: number
  readonly day: number
  /** Share of defective parts. */
  readonly defective: number
  readonly workers: number
}

/** In the order in which they pass; defective ones stand anywhere among the others. */
export async function* forgedLine(options: LineOptions): AsyncGenerator<ForgedPart> {
  const { object, size, before, commissioning, day, workers } = options
  const total = before + commissioning + day
  const defectiveParts = Math.round(total * options.defective)
  const plan = planDataset({
    ...simulateDefaults,
    ...{ object, ...size, out: '', workers },
    ...{ parts: total - defectiveParts, defectiveParts, imagesPerPart: 1, angles: [20, 20], lots: 1 },
  } satisfies SimulateOptions).slice(before)
  const middle = commissioning + day / 2
  const pool = createRenderPool(workers)
  try {
    const rendered = plan.map(async ({ name, part, spec }, i) => {
      const dimmed = Math.max(0, (i - middle) / (day / 2))
      const { exposure, tint } = spec.scene
      const [red, green, blue] = tint
      // as the pathology `lighting-drift` has it: a lamp gives less light as it ages, and less blue
      const scene = {
        ...spec.scene,
        exposure: exposure * 2 ** (-0.8 * dimmed),
        tint: [red, green * (1 - 0.06 * dimmed), blue * (1 - 0.18 * dimmed)] as const,
      }
      const { image, isAnomalous } = await pool.render({ ...spec, scene })
      const kind = spec.part.defects[0]?.kind ?? null
      return { part: part ?? name, png: await encodePng(image), defect: isAnomalous ? kind : null, dimmed }
    })
    for (const each of rendered) yield await each
  } finally {
    await pool.close()
  }
}
