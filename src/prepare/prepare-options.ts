/** What is asked of a preparation, resolved: plain data that travels to the worker threads and into the record. */
import { UsageError } from '../errors.ts'
import type { Size } from '../image/image.ts'
import { checkPrompt, type GroundedSamSettings, type ModelFiles } from './grounded-sam/settings.ts'
import type { Colour } from './move-pixels.ts'
import type { SegmenterName } from './segmenter.ts'

export interface PrepareOptions {
  /** Colour of the background; null to leave the photograph as it is. */
  readonly blank: Colour | null
  /** Crop to the object and pad to one canvas. */
  readonly center: boolean
  /** Turn the object's longer axis upright, by the smaller angle. */
  readonly rotateUpright: boolean
  /** Null for the smallest that holds every object. */
  readonly canvas: Size | null
  /** Pixels of canvas around the largest object. */
  readonly margin: number
  /** Cut the prepared images into tiles of this size; null for none. */
  readonly tile: Size | null
  readonly segmenter: SegmenterName
  /** Folder or annotation file of masks made elsewhere; null but for that segmenter. */
  readonly masks: string | null
  /** For that segmenter, which needs both. */
  readonly groundedSam?: GroundedSamSettings
  readonly modelFiles?: ModelFiles
}

/** Colour of padding, where no colour is asked for. */
export const black: Colour = [0, 0, 0]

/** @throws {UsageError} Options that lack another; that some have no effect without another, their table says. */
export function checkPrepareOptions(options: PrepareOptions): void {
  const { blank, center, rotateUpright, segmenter, masks, groundedSam, modelFiles } = options
  const needsMask = [
    blank !== null && '--blank',
    center && '--center',
    rotateUpright && '--rotate-upright',
  ].filter((name) => name !== false)
  if (segmenter === 'none' && needsMask.length > 0) {
    throw new UsageError(
      `${needsMask.join(', ')}: needs to know where the object is; --segmenter none says nothing of it`,
    )
  }
  if (segmenter === 'masks' && masks === null)
    throw new UsageError('--segmenter masks: needs --masks, the folder or file that holds them')
  if (segmenter === 'grounded-sam') {
    if (groundedSam === undefined)
      throw new UsageError('--segmenter grounded-sam: needs --prompt, what to look for in words')
    if (modelFiles === undefined)
      throw new UsageError('--segmenter grounded-sam: needs --models, the folder of its models')
    checkPrompt(groundedSam.prompt)
  }
}

const named: Readonly<Record<string, Colour>> = {
  black,
  white: [255, 255, 255],
  grey: [128, 128, 128],
  gray: [128, 128, 128],
}

/** `black`, `white`, `grey` or `#rrggbb`; undefined for anything else. */
export function findColour(text: string): Colour | undefined {
  const known = Object.hasOwn(named, text) ? named[text] : undefined
  if (!/^#[\da-f]{6}$/i.test(text)) return known
  const channel = (at: number): number => Number.parseInt(text.slice(at, at + 2), 16)
  return [channel(1), channel(3), channel(5)]
}
