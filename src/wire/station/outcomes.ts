/** What the station can say about a part, as plain values: the page needs them without the schemas. */

/** `nominal`: below the review band; `review`: in it, a person decides; `anomalous`: at or above the threshold. */
export const verdicts = ['nominal', 'anomalous', 'review'] as const
/**
 * No verdict was reached, which never means good: `timeout` it took too long, `busy` the queue was full, `no-model` none was loaded,
 * `failed` the image could not be read or the model broke.
 */
export const unanswered = ['timeout', 'busy', 'no-model', 'failed'] as const
export const outcomes = [...verdicts, ...unanswered] as const

export const isVerdict = (outcome: (typeof outcomes)[number]): outcome is (typeof verdicts)[number] =>
  verdicts.some((verdict) => verdict === outcome)
