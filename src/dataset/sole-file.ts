/** Whether a mask is what one file says, so that naming the file in a manifest says it all. */
import type { MaskSource } from './sample.ts'

/** @returns null for several files, for regions among those of other images, and for files that are read in an unusual way. */
export function soleFile(source: MaskSource): string | null {
  if (source.kind === 'labelme') return source.orientation === undefined ? source.path : null
  if (source.kind !== 'file') return null
  const { path, isInverted, background, orientation } = source
  return isInverted || background !== undefined || orientation !== undefined ? null : path
}
