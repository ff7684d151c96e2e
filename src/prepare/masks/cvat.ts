/**
 * Annotations of CVAT in its own format, "CVAT for images 1.1": masks, polygons, boxes and ellipses of every image in one XML file.
 *
 * Source: "CVAT for image" in the CVAT manual. Only what such a file holds is understood: elements, attributes, the five named
 * entities and numbered ones.
 */

import type { Region } from '../../dataset/annotations/fill-region.ts'
import { InputError } from '../../errors.ts'
import type { NamedMask } from './named-mask.ts'

/** @throws {InputError} Not such a file, or a number that is none. */
export function cvatMasks(path: string, xml: string): NamedMask[] {
  if (!/<annotations[\s>]/.test(xml)) throw new InputError(path, 'is no annotation file of CVAT')
  const masks: NamedMask[] = []
  for (const [, head, body = ''] of xml.matchAll(/<image\s([^>]*?)(?:\/>|>([\s\S]*?)<\/image>)/g)) {
    const { name, width, height } = attributesOf(head!)
    if (name === undefined) throw new InputError(path, 'an image without a name')
    const numbers = (text: string | undefined): number[] => numbersOf(path, name, text)
    const regions = [...body.matchAll(/<(mask|polygon|box|ellipse)\s([^>]*?)\/?>/g)].map(([, kind, inside]) =>
      regionOf(kind as Kind, attributesOf(inside!), numbers),
    )
    if (regions.length === 0) continue
    const [w, h] = numbers(`${width},${height}`)
    masks.push({ name, mask: { kind: 'regions', size: { width: w!, height: h! }, regions } })
  }
  return masks
}

type Kind = 'mask' | 'polygon' | 'box' | 'ellipse'
type Attributes = Readonly<Partial<Record<string, string>>>

function regionOf(kind: Kind, given: Attributes, numbers: (text: string | undefined) => number[]): Region {
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

function attributesOf(text: string): Attributes {
  const pairs = [...text.matchAll(/([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)]
  return Object.fromEntries(
    pairs.map(([, name, double, single]) => [name!, decodeEntities(double ?? single!)]),
  )
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const decodeEntities = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
    if (name !== undefined) return named[name] ?? whole
    const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
