/**
 * Pascal VOC: a file of XML for each image with boxes of objects, masks in `SegmentationClass` in the colours of `labelmap.txt`.
 *
 * Source: "The PASCAL VOC 2012 Development Kit", 4 and 6; `labelmap.txt` by "Pascal VOC" in the CVAT manual.
 */
import type { AnnotatedImage } from './annotation.ts'
import { xmlTokens } from './xml-tags.ts'

/** @returns null for XML that is no annotation of an image. */
export function readVoc(xml: string): AnnotatedImage | null {
  const path: string[] = []
  let name: string | null = null
  let [width, height] = [0, 0]
  const withoutArea: { kind: 'box'; label: string }[] = []
  let label = ''
  for (const token of xmlTokens(xml)) {
    if (token.kind === 'open') {
      if (!token.isEmpty) path.push(token.name)
      if (path.length === 1 && token.name !== 'annotation') return null
      if (token.name === 'object') label = ''
    } else if (token.kind === 'close') {
      if (token.name === 'object') withoutArea.push({ kind: 'box', label })
      path.pop()
    } else {
      const at = path.join('/')
      if (at === 'annotation/filename') name = token.text
      else if (at === 'annotation/size/width') width = Number(token.text)
      else if (at === 'annotation/size/height') height = Number(token.text)
      else if (at === 'annotation/object/name') label = token.text
    }
  }
  return name === null
    ? null
    : { name, size: width > 0 && height > 0 ? { width, height } : null, regions: [], withoutArea }
}

/** Colours of the background, 0xRRGGBB: those of lines such as `background:0,0,0::`; empty where no line is one. */
export function backgroundsOf(labelmap: string): number[] {
  return labelmap.split(/\r?\n/).flatMap((line) => {
    const match = /^\s*(?:background|_background_|bg)\s*:\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)/i.exec(line)
    return match === null ? [] : [(Number(match[1]) << 16) | (Number(match[2]) << 8) | Number(match[3])]
  })
}
