/** Parts that look most like one: by the mean features that the model saw, for whoever asks whether this was there before. */
import type { Records } from '../../records/records.ts'
import type { StationInspection } from '../../wire/station/inspection.ts'

export interface SimilarPart {
  readonly inspection: StationInspection
  /** Cosine of the two vectors, -1 to 1; of several images, the largest of any two. */
  readonly similarity: number
}

export interface SimilarOptions {
  /** So many are answered at most. */
  readonly limit: number
  /** So many of the newest inspections by the same model are compared. */
  readonly among: number
}

/** Inspections whose vectors are read at a time; verdicts go between. */
const portion = 100

/**
 * @returns The most alike first; empty where nothing of that model is kept beside it, and undefined where nothing is kept of the part itself.
 *   Vectors of two models have nothing to do with each other and are never compared.
 * Cost: linear in `among`.
 */
export async function findSimilar(
  { inspections, files }: Pick<Records, 'inspections' | 'files'>,
  of: StationInspection,
  { limit, among }: SimilarOptions,
): Promise<readonly SimilarPart[] | undefined> {
  const vectorsOf = async ({ id, kept }: StationInspection): Promise<readonly Float32Array[]> => {
    const read = kept.map((each, image) => (each.embedding ? files.embedding(id, image) : undefined))
    return (await Promise.all(read)).filter((vector) => vector !== undefined)
  }
  const own = await vectorsOf(of)
  if (of.model === null || own.length === 0) return undefined
  const found: SimilarPart[] = []
  let after: string | undefined
  for (let seen = 0; seen < among; seen += portion) {
    const page = await inspections.page({
      filter: { model: of.model.fingerprint },
      order: 'newest',
      limit: Math.min(portion, among - seen),
      ...(after !== undefined && { after }),
    })
    for (const inspection of page.inspections) {
      if (inspection.id === of.id) continue
      const theirs = await vectorsOf(inspection)
      const similarities = own.flatMap((a) => theirs.map((b) => cosine(a, b)))
      if (similarities.length > 0) found.push({ inspection, similarity: Math.max(...similarities) })
    }
    if (page.next === null) break
    after = page.next
  }
  return found.sort((a, b) => b.similarity - a.similarity).slice(0, limit)
}

/** 0 where one of them has no length. @param b - Of the same length. */
function cosine(a: Float32Array, b: Float32Array): number {
  let [product, ofA, ofB] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!
    ofA += a[i]! ** 2
    ofB += b[i]! ** 2
  }
  const length = Math.sqrt(ofA) * Math.sqrt(ofB)
  return length === 0 ? 0 : Math.min(1, Math.max(-1, product / length))
}
