/** Shapes of labelme as regions; its AI masks are pictures inside the file. */
import { decodeMask } from '../../image/decode-mask.ts'
import type { LabelmeFile, Shape } from '../labelme.ts'
import type { Annotations, LabelledRegion } from './annotation.ts'
import type { Region } from './fill-region.ts'

/** @param path - Stands in the errors. @throws {InputError} A mask in the file that is no picture. */
export async function labelmeAnnotations(
  path: string,
  name: string,
  file: LabelmeFile,
): Promise<Annotations> {
  const { width, height, shapes, withoutArea } = file
  const regions: LabelledRegion[] = []
  for (const shape of shapes) regions.push({ label: shape.label, region: await regionOf(path, shape) })
  const size = width === null || height === null ? null : { width, height }
  return { format: 'labelme', images: [{ name, size, regions, withoutArea }], remarks: [] }
}

/** @throws {InputError} as {@link labelmeAnnotations}. */
export async function regionOf(path: string, shape: Shape): Promise<Region> {
  if (shape.type === 'polygon') return { kind: 'polygon', points: shape.points }
  if (shape.type === 'rectangle') {
    const [[ax, ay], [bx, by]] = shape.corners
    return {
      kind: 'polygon',
      points: [
        [ax, ay],
        [bx, ay],
        [bx, by],
        [ax, by],
      ],
    }
  }
  if (shape.type === 'circle')
    return { kind: 'ellipse', centre: shape.centre, radii: [shape.radius, shape.radius], rotation: 0 }
  const mask = await decodeMask(shape.png, { path })
  const counts: number[] = []
  let isInside = 0
  let length = 0
  for (const bit of mask.data) {
    if (bit !== isInside) {
      counts.push(length)
      length = 0
      isInside = bit
    }
    length++
  }
  counts.push(length)
  const [x, y] = shape.corner
  return { kind: 'runs', box: { x, y, width: mask.width, height: mask.height }, order: 'rows', counts }
}
