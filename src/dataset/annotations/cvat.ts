/**
 * Annotations of CVAT in its own format, "CVAT for images 1.1": masks, polygons, boxes and ellipses of every image in one XML file.
 *
 * Source: "CVAT for image" in the CVAT manual. The format for videos marks frames, not images, and is told apart.
 */
import { InputError } from '../../errors.ts'
import type { AnnotatedImage, Annotations, MarkWithoutArea } from './annotation.ts'
import type { Region } from './fill-region.ts'
import { xmlTokens } from './xml-tags.ts'

type Attributes = Readonly<Partial<Record<string, string>>>
type Shape = 'mask' | 'polygon' | 'box' | 'ellipse'

const shapes: ReadonlySet<string> = new Set(['mask', 'polygon', 'box', 'ellipse'])
const areaLess: Readonly<Record<string, MarkWithoutArea>> = {
  polyline: 'line',
  points: 'point',
  skeleton: 'point',
  cuboid: 'box',
  tag: 'tag',
}

/** @throws {InputError} Not such a file, or a number that is none. */
export function readCvat(path: string, xml: string): Annotations {
  if (!/<annotations[\s>]/.test(xml)) throw new InputError(path, 'is no annotation file of CVAT')
  const images: AnnotatedImage[] = []
  let current: {
    name: string
    size: AnnotatedImage['size']
    regions: { label: string; region: Region }[]
    withoutArea: { kind: MarkWithoutArea; label: string }[]
  } | null = null
  let tracks = 0
  for (const token of xmlTokens(xml)) {
    if (token.kind === 'close' && token.name === 'image') current = null
    if (token.kind !== 'open') continue
    const { name, attributes } = token
    if (name === 'track') tracks++
    if (name === 'image') {
      const { name: file, width, height } = attributes
      if (file === undefined) throw new InputError(path, 'an image without a name')
      const [w, h] = [Number(width), Number(height)]
      current = {
        name: file,
        size: w > 0 && h > 0 ? { width: w, height: h } : null,
        regions: [],
        withoutArea: [],
      }
      images.push(current)
      if (token.isEmpty) current = null
    } else if (current !== null) {
      const image = current.name
      const label = attributes.label ?? ''
      if (shapes.has(name)) {
        const region = regionOf(name as Shape, attributes, (text) => numbersOf(path, image, text))
        current.regions.push({ label, region })
      } else if (Object.hasOwn(areaLess, name)) current.withoutArea.push({ kind: areaLess[name]!, label })
    }
  }
  return {
    format: 'CVAT',
    images,
    remarks:
      tracks > 0 && images.length === 0
        ? [
            `It holds ${tracks} tracks of a video, by the numbers of frames: export the task as "CVAT for images 1.1" (or COCO), which names the files.`,
          ]
        : [],
  }
}

function regionOf(kind: Shape, given: Attributes, numbers: (text: string | undefined) => number[]): Region {
  const one = (name: string): number => numbers(given[name])[0]!
  const rotation = given.rotation === undefined ? 0 : one('rotation')
  if (kind === 'mask') {
    const box = { x: one('left'), y: one('top'), width: one('width'), height: one('height') }
    return { kind: 'runs', box, order: 'rows', counts: numbers(given.rle) }
  }
  if (kind === 'ellipse')
    return { kind: 'ellipse', centre: [one('cx'), one('cy')], radii: [one('rx'), one('ry')], rotation }
  if (kind === 'polygon') {
    const flat = numbers(given.points)
    const points = Array.from(
      { length: flat.length >> 1 },
      (_, i) => [flat[2 * i]!, flat[2 * i + 1]!] as const,
    )
    return { kind: 'polygon', points }
  }
  const [left, top, right, bottom] = [one('xtl'), one('ytl'), one('xbr'), one('ybr')]
  const [cx, cy] = [(left + right) / 2, (top + bottom) / 2]
  const cos = Math.cos((rotation * Math.PI) / 180)
  const sin = Math.sin((rotation * Math.PI) / 180)
  const turned = (x: number, y: number): readonly [number, number] => [
    cx + cos * (x - cx) - sin * (y - cy),
    cy + sin * (x - cx) + cos * (y - cy),
  ]
  return {
    kind: 'polygon',
    points: [turned(left, top), turned(right, top), turned(right, bottom), turned(left, bottom)],
  }
}

function numbersOf(path: string, name: string, text: string | undefined): number[] {
  const numbers = (text ?? '')
    .split(/[;,\s]+/)
    .filter((word) => word !== '')
    .map(Number)
  if (numbers.length === 0 || !numbers.every(Number.isFinite))
    throw new InputError(path, `image ${name}: expected numbers, got "${text ?? ''}"`)
  return numbers
}
