/**
 * Manifests of AWS Lookout for Vision: a line of JSON for each image, with its address, whether it is an anomaly, and a mask in the
 * colours of a table. The service has ended; its users keep their labels.
 *
 * Source: "Defining JSON lines for image classification" and "... for image segmentation" in the Lookout for Vision developer guide.
 */
import { z } from 'zod'

const lineSchema = z.looseObject({ 'source-ref': z.string() })
const labelSchema = z.union([z.int(), z.string()])
const metadataSchema = z.looseObject({
  'class-name': z.string().optional(),
  type: z.string().optional(),
  'internal-color-map': z
    .record(z.string(), z.looseObject({ 'class-name': z.string(), 'hex-color': z.string() }))
    .optional(),
})

export interface LookoutRow {
  /** `s3://bucket/folder/name`, or a path. */
  readonly image: string
  /** null where the line does not say. */
  readonly isAnomaly: boolean | null
  readonly mask: string | null
  /** Colours of the background, 0xRRGGBB. */
  readonly background: readonly number[]
  /** Names of the anomalies that the table of colours lists. */
  readonly defects: readonly string[]
}

/** @returns null for a line that is none of Lookout's. */
export function readLookoutLine(json: unknown): LookoutRow | null {
  const parsed = lineSchema.safeParse(json)
  if (!parsed.success) return null
  const line = parsed.data
  let isAnomaly: boolean | null = null
  let mask: string | null = null
  const background: number[] = []
  const defects: string[] = []
  for (const [key, value] of Object.entries(line)) {
    if (key === 'source-ref' || key.endsWith('-metadata')) continue
    const metadata = metadataSchema.safeParse(line[`${key}-metadata`])
    const facts = metadata.success ? metadata.data : {}
    if (key.endsWith('-ref') && typeof value === 'string') {
      mask = value
      for (const entry of Object.values(facts['internal-color-map'] ?? {})) {
        if (/^background$/i.test(entry['class-name']))
          background.push(Number.parseInt(entry['hex-color'].slice(1), 16))
        else defects.push(entry['class-name'])
      }
      continue
    }
    const label = labelSchema.safeParse(value)
    if (!label.success || isAnomaly !== null) continue
    const word = facts['class-name'] ?? String(label.data)
    if (/^(normal|good|0)$/i.test(word)) isAnomaly = false
    else if (/^(anomaly|anomalous|defect|1)$/i.test(word)) isAnomaly = true
  }
  return { image: line['source-ref'], isAnomaly, mask, background, defects }
}
