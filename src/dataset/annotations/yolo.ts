/**
 * Labels of YOLO: a text file for each image, a line for each object: number of the class, then x and y of a polygon in shares of width
 * and height; or, for detection, centre and size of a box. An empty file, or none, says that there is nothing.
 *
 * Source: "Instance Segmentation Datasets" and "Object Detection Datasets" in the Ultralytics documentation.
 */
import { InputError } from '../../errors.ts'
import type { Size } from '../../image/image.ts'
import type { AnnotatedImage } from './annotation.ts'

/**
 * @param path - Stands in the errors. @param size - Of the image.
 * @throws {InputError} A line of something else than numbers, or of a count that is neither a box nor a polygon.
 */
export function readYolo(
  path: string,
  text: string,
  name: string,
  size: Size,
  classes: readonly string[],
): AnnotatedImage {
  const regions: AnnotatedImage['regions'][number][] = []
  const withoutArea: AnnotatedImage['withoutArea'][number][] = []
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (line.trim() === '') continue
    const numbers = line.trim().split(/\s+/).map(Number)
    const [id = Number.NaN, ...rest] = numbers
    if (!numbers.every(Number.isFinite) || !Number.isInteger(id))
      throw new InputError(
        path,
        `line ${i + 1}: expected a class and coordinates, got "${line.slice(0, 60)}"`,
      )
    const label = classes[id] ?? String(id)
    // Five numbers are a box, six a box and how sure a model was of it.
    if (rest.length === 4 || rest.length === 5) withoutArea.push({ kind: 'box', label })
    else if (rest.length >= 6 && rest.length % 2 === 0) {
      const points = Array.from(
        { length: rest.length / 2 },
        (_, k) => [rest[2 * k]! * size.width, rest[2 * k + 1]! * size.height] as const,
      )
      regions.push({ label, region: { kind: 'polygon', points } })
    } else
      throw new InputError(path, `line ${i + 1}: ${rest.length} coordinates are neither a box nor a polygon`)
  }
  return { name, size, regions, withoutArea }
}

/** Names of the classes in `data.yaml`: a list in one line, a list over lines, or numbered names. */
export function yoloClasses(yaml: string): string[] {
  const unquoted = (text: string): string => text.trim().replace(/^(['"])(.*)\1$/, '$2')
  const inline = /^names:\s*\[([^\]]*)\]/m.exec(yaml)?.[1]
  if (inline !== undefined)
    return inline
      .split(',')
      .map(unquoted)
      .filter((name) => name !== '')
  const block = /^names:\s*\r?\n((?:[ \t]*(?:-|\d+\s*:).*(?:\r?\n|$))+)/m.exec(yaml)?.[1] ?? ''
  const names: string[] = []
  for (const line of block.split(/\r?\n/)) {
    const numbered = /^\s*(\d+)\s*:\s*(.+)$/.exec(line)
    if (numbered !== null) names[Number(numbered[1])] = unquoted(numbered[2]!)
    else if (/^\s*-/.test(line)) names.push(unquoted(line.replace(/^\s*-/, '')))
  }
  return names
}
