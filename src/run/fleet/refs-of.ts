/** Samples as steps name them, their files in the store. */
import type { Sample } from '../../dataset/sample.ts'
import type { Crew } from './crew.ts'
import { filesOfMask, refOf, type SampleRef } from './sample-ref.ts'

/** @throws As {@link Crew.bring}. */
export async function refsOf(
  samples: readonly Sample[],
  { bring, contents }: Pick<Crew, 'bring' | 'contents'>,
): Promise<readonly SampleRef[]> {
  await bring(samples.flatMap(({ path, foreground }) => [path, ...filesOfMask(foreground)]))
  const refs: SampleRef[] = []
  for (const sample of samples) refs.push(await refOf(sample, contents))
  return refs
}
