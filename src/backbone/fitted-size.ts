/** The input size that a network takes, where it does not take the one asked for. */
import type { Size } from '../image/image.ts'
import type { Architecture } from './architecture.ts'

/** Each side at its nearest multiple of the network's step, one step at least; halves go up. */
export function fittedSize({ width, height }: Size, { sideStep }: Pick<Architecture, 'sideStep'>): Size {
  if (sideStep === undefined) return { width, height }
  const nearest = (side: number): number => Math.max(1, Math.round(side / sideStep)) * sideStep
  return { width: nearest(width), height: nearest(height) }
}
