/** An annotation file of any format that is understood, told apart by what it holds, never by its name. */
import { InputError } from '../../errors.ts'
import { readText } from '../../files/read-json.ts'
import { parseLabelme } from '../labelme.ts'
import type { Annotations } from './annotation.ts'
import { cocoSchema, readCoco } from './coco.ts'
import { readCvat } from './cvat.ts'
import {
  labelStudioSchema,
  readLabelStudio,
  readShortLabelStudio,
  shortLabelStudioSchema,
} from './label-studio.ts'
import { labelmeAnnotations } from './labelme-regions.ts'
import { readVoc } from './voc.ts'

/**
 * COCO, Label Studio (JSON and JSON-MIN), labelme, CVAT for images, Pascal VOC.
 *
 * @throws {InputError} It cannot be read or is of no such format, with what it seems to be instead.
 */
export async function readAnnotations(path: string): Promise<Annotations> {
  const text = (await readText(path)).replace(/^\uFEFF/, '')
  if (/^\s*</.test(text)) {
    const voc = readVoc(text)
    return voc === null ? readCvat(path, text) : { format: 'Pascal VOC', images: [voc], remarks: [] }
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new InputError(path, `is neither JSON nor XML: ${(cause as Error).message}`, { cause })
  }
  const coco = cocoSchema.safeParse(json)
  if (coco.success) return readCoco(path, coco.data)
  const labelStudio = labelStudioSchema.safeParse(json)
  if (labelStudio.success) return readLabelStudio(path, labelStudio.data)
  const short = shortLabelStudioSchema.safeParse(json)
  if (short.success) return readShortLabelStudio(path, short.data)
  if (isObject(json) && Array.isArray(json.shapes)) {
    const file = parseLabelme(path, text)
    const name = typeof json.imagePath === 'string' ? json.imagePath : path
    return labelmeAnnotations(path, name, file)
  }
  const { path: field, message } = (Array.isArray(json) ? labelStudio : coco).error.issues[0]!
  throw new InputError(
    path,
    `is neither annotations of COCO or labelme nor an export of Label Studio (JSON): ${field.join('.') || 'the whole'}: ${message}`,
  )
}

const isObject = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
