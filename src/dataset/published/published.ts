/** What publishers keep beside the folders of a dataset: splits, kinds of defects, parts. Found by the names of files, and said. */
import type { Sample } from '../sample.ts'
import { glassForegrounds } from './glass-foregrounds.ts'
import { mvtecAd2 } from './mvtec-ad-2.ts'
import { realIad } from './real-iad.ts'
import { visa } from './visa.ts'

export interface Description {
  readonly samples: readonly Sample[]
  /** A sentence each. */
  readonly notes: readonly string[]
}

export interface Published {
  /** @returns null where the dataset is another. */
  describe(root: string, samples: readonly Sample[]): Promise<Description | null>
}

const all: readonly Published[] = [realIad, mvtecAd2, visa, glassForegrounds]

/** The samples with what is known beyond their folders. */
export async function describePublished(root: string, samples: readonly Sample[]): Promise<Description> {
  let described: Description = { samples, notes: [] }
  for (const each of all) {
    const more = await each.describe(root, described.samples)
    if (more !== null) described = { samples: more.samples, notes: [...described.notes, ...more.notes] }
  }
  return described
}
