/**
 * What a line is told to do with a part: the one mapping from verdicts to signals, for every output.
 *
 * No answer is never "good". Whatever is not a verdict of a model (too late, station full, no model, a failure, a word from
 * another version) leaves `resultValid` and `resultOk` false and takes the part to the side that was chosen as safe.
 */

/** Where a part goes: on, out, or aside until a person has looked. */
export type Action = 'pass' | 'reject' | 'hold'

export interface LinePolicy {
  /** Where a part goes that got no verdict. */
  readonly failSafe: 'reject' | 'hold'
  /** Where a part goes whose score lies in the review band. */
  readonly review: 'reject' | 'hold'
}

export const defaultPolicy: LinePolicy = { failSafe: 'reject', review: 'hold' }

export interface LineSignal {
  /** A model has judged this part. */
  readonly resultValid: boolean
  /** The part may pass. True for a valid `nominal` and for nothing else. */
  readonly resultOk: boolean
  readonly action: Action
}

/** @param verdict - Of an inspection; any text, because it may come from a database of another version. */
export function lineSignal(verdict: string, policy: LinePolicy): LineSignal {
  switch (verdict) {
    case 'nominal':
      return { resultValid: true, resultOk: true, action: 'pass' }
    case 'anomalous':
      return { resultValid: true, resultOk: false, action: 'reject' }
    case 'review':
      return { resultValid: true, resultOk: false, action: policy.review }
    default:
      return { resultValid: false, resultOk: false, action: policy.failSafe }
  }
}
