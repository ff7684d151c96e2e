/** What is asked of the open-vocabulary segmenter: plain data, recorded with the preparation. */
import { UsageError } from '../../errors.ts'

/** Element types of the hub's exports; a name stands for a suffix of the files' names. */
export type Precision = 'fp32' | 'fp16' | 'q8' | 'q4'

/** Everything that decides which mask comes out, but for the files' contents. */
export interface GroundedSamSettings {
  /** What to look for, in English; parts separated by dots are looked for one by one. */
  readonly prompt: string
  /** `owner/name` on the hub and in the models folder, perhaps with `@commit`. */
  readonly detectorModel: string
  readonly maskModel: string
  readonly precision: Precision
  /** Boxes with a score above it are kept, 0..1. */
  readonly boxThreshold: number
  /** Words of the prompt with a score above it are said to have been found, 0..1. */
  readonly textThreshold: number
  /** A box that overlaps a better one by more than this IoU is dropped, 0..1. */
  readonly nms: number
  /** The mask of the best box, or of all boxes together. */
  readonly pick: 'best' | 'union'
}

/** Where the models are. Decides nothing: the files' hashes do. */
export interface ModelFiles {
  /** Holds a folder `owner/name` for each model, laid out as on the hub. */
  readonly folder: string
  /** File of pinned hashes that must name every file; null for `models.lock.json` in the folder, which learns. */
  readonly lock: string | null
  /** Missing files may be fetched from the hub. */
  readonly mayDownload: boolean
}

/**
 * The prompt as the detector was trained on them.
 *
 * Source: GroundingDINO, groundingdino/util/inference.py, preprocess_caption.
 */
export function normalisePrompt(prompt: string): string {
  const text = prompt.toLowerCase().trim()
  return text.endsWith('.') ? text : `${text}.`
}

/** @throws {UsageError} The prompt has no word. */
export function checkPrompt(prompt: string): void {
  if (!/[\p{L}\p{N}]/u.test(prompt)) {
    throw new UsageError(`--prompt: expected words such as "a metal chain link", got "${prompt}"`)
  }
}
