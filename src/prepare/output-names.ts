/** Names of the prepared files: the sample's id without its ending, made safe and unique on every file system. */

import { withoutEnding } from '../dataset/listing.ts'
import type { Sample } from '../dataset/sample.ts'

/** @returns By sample id; relative, with `/`, without ending. Ids that differ in ending or case only keep their ending, then a number. */
export function outputNames(samples: readonly Pick<Sample, 'id'>[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const taken = new Set<string>()
  for (const { id } of [...samples].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const candidates = [withoutEnding(id), id.replace(/\.([^./]*)$/, '-$1')].map(safePath)
    let name = candidates.find((candidate) => !taken.has(candidate.toLowerCase()))
    for (let n = 2; name === undefined; n++) {
      const numbered = `${candidates[1]}-${n}`
      if (!taken.has(numbered.toLowerCase())) name = numbered
    }
    taken.add(name.toLowerCase())
    names.set(id, name)
  }
  return names
}

/** Inside its folder, and without what some file system refuses; hidden names lose their dot, since listings leave those out. */
function safePath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .map((part) => (part === '..' ? '_up' : part.replace(/[\\:*?"<>|\p{Cc}]/gu, '_').replace(/^\./, '_')))
    .join('/')
}
