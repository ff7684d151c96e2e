/** Step 0 of the protocol on the embeddings of a run: may nominal test images train? */
import type { Sample } from '../../dataset/sample.ts'
import { decideMerge, type MergeDecision, mergeTest } from '../../evaluate/merge-test.ts'
import { unitId } from '../../evaluate/units.ts'
import { createRandom } from '../../math/random.ts'
import { mustGet } from '../../present.ts'
import type { Task } from '../../task.ts'
import { isCompared } from '../open/look-at-all.ts'
import type { OpenEvaluation } from './open-evaluation.ts'

export function decideMergeOf(
  {
    seen: { samples, embeddings },
    settings: { unit },
    request: { merge, seed, split },
  }: Pick<OpenEvaluation, 'seen' | 'settings' | 'request'>,
  task: Task,
): MergeDecision {
  const published = (split: 'train' | 'test'): Sample[] =>
    samples.filter((sample) => isCompared(sample) && sample.split === split)
  const [train, test] = [published('train'), published('test')]
  const embeddingsOf = (of: readonly Sample[]) => of.map(({ id }) => mustGet(embeddings, id))
  const unitsOf = (of: readonly Sample[]) => of.map((sample) => unitId(sample, unit))
  const result =
    test.length === 0 || train.length === 0
      ? null
      : mergeTest({
          trainEmbeddings: embeddingsOf(train),
          testEmbeddings: embeddingsOf(test),
          trainUnits: unitsOf(train),
          testUnits: unitsOf(test),
          random: createRandom(seed, 'merge'),
          task,
        })
  const decided = decideMerge(merge, result)
  if (split !== 'published') return decided
  return { ...decided, merged: false, reason: '--split published: only the published training images train.' }
}
