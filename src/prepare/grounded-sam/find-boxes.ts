/**
 * From the detector's raw output to boxes with scores and the words that they stand for.
 *
 * Source: GroundingDINO, groundingdino/util/inference.py, predict, and util/utils.py, get_phrases_from_posmap.
 */
import { ShapeError } from '../../errors.ts'
import type { Size } from '../../image/image.ts'
import { checkNumber } from './network.ts'

/** Pixels of the photograph, not cut at its border; the first pixel spans 0 to 1. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface FoundBox {
  readonly box: Box
  /** 0..1: that of the token which fits best. */
  readonly score: number
  /** Positions of the tokens that fit. */
  readonly tokens: readonly number[]
}

export interface DetectorOutput {
  /** [queries, tokens] before the sigmoid; minus infinity for padding. */
  readonly logits: Float32Array
  /** [queries, 4] centre x, centre y, width, height as shares of the photograph. */
  readonly boxes: Float32Array
  readonly queries: number
  readonly tokens: number
}

export interface FoundBoxes {
  /** In the order of the queries. */
  readonly found: readonly FoundBox[]
  /** Of all queries, kept or not, 0..1. */
  readonly bestScore: number
}

/**
 * A box is kept where its best token scores above `boxThreshold`; its words are the tokens above `textThreshold`, the first and
 * the last position apart, as in the reference.
 *
 * @param path - Of the model, for the error.
 * @throws {ShapeError} The arrays do not fit. @throws {ModelError} A logit or a box is no number.
 * Cost: queries x tokens.
 */
export function findBoxes(
  { logits, boxes, queries, tokens }: DetectorOutput,
  size: Size,
  { boxThreshold, textThreshold }: { readonly boxThreshold: number; readonly textThreshold: number },
  path: string,
): FoundBoxes {
  if (logits.length !== queries * tokens)
    throw new ShapeError('logits', `[${queries}, ${tokens}]`, [logits.length])
  if (boxes.length !== 4 * queries) throw new ShapeError('boxes', `[${queries}, 4]`, [boxes.length])
  const found: FoundBox[] = []
  let bestScore = 0
  for (let query = 0; query < queries; query++) {
    const row = logits.subarray(query * tokens, (query + 1) * tokens)
    const score = sigmoid(row.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY))
    const [x, y, width, height] = boxes.subarray(4 * query, 4 * query + 4) as unknown as Four
    checkNumber(path, score + x + y + width + height)
    bestScore = Math.max(bestScore, score)
    if (!(score > boxThreshold)) continue
    found.push({
      box: {
        left: (x - width / 2) * size.width,
        top: (y - height / 2) * size.height,
        right: (x + width / 2) * size.width,
        bottom: (y + height / 2) * size.height,
      },
      score,
      tokens: [...row.keys()].slice(1, -1).filter((token) => sigmoid(row[token]!) > textThreshold),
    })
  }
  return { found, bestScore }
}

type Four = readonly [number, number, number, number]

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit))
