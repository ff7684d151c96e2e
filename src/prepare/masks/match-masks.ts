/** Which mask is for which image, by name: what both paths end with, without the file's ending. */
import { withoutEnding } from '../../dataset/listing.ts'
import { maskAffix } from '../../dataset/names/mask-affix.ts'
import type { GivenMask } from './given-mask.ts'
import type { NamedMask } from './named-mask.ts'

export interface MatchedMasks {
  /** By sample id. */
  readonly masks: ReadonlyMap<string, GivenMask>
  /** Samples without a mask. */
  readonly missing: readonly string[]
  /** Masks that are for no image, for several, or for one that has a mask already. */
  readonly extra: readonly string[]
}

/** What Label Studio puts before the name of an uploaded file. */
const uploadPrefix = /^[\da-f]{8}-/i

/**
 * The longest end of the mask's path that is also the end of an image's decides, folder by folder; it must be the end of one image
 * only. Names that tools have lengthened are tried as they are first.
 *
 * Cost: linear in names and folders.
 */
export function matchMasks(sampleIds: readonly string[], named: readonly NamedMask[]): MatchedMasks {
  const byEnd = new Map<string, string | null>()
  for (const id of sampleIds) {
    for (const end of endsOf(nameOf(id))) byEnd.set(end, byEnd.has(end) ? null : id)
    // A whole name is never shared, though it may be the end of a longer one.
  }
  for (const id of sampleIds) byEnd.set(nameOf(id), id)
  const masks = new Map<string, GivenMask>()
  const extra: string[] = []
  for (const { name, mask } of named) {
    const id = findSample(name, byEnd)
    if (id === null || masks.has(id)) extra.push(name)
    else masks.set(id, mask)
  }
  return { masks, missing: sampleIds.filter((id) => !masks.has(id)), extra }
}

/** Without ending, in Unicode's composed form. */
const nameOf = (path: string): string => withoutEnding(path).normalize('NFC')

function findSample(name: string, byEnd: ReadonlyMap<string, string | null>): string | null {
  const path = nameOf(name.replaceAll('\\', '/'))
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const base = path.slice(folder.length)
  const bases = new Set([base, maskAffix(base).stem, base.replace(uploadPrefix, '')])
  for (const each of bases) {
    for (const end of endsOf(folder + each)) {
      const id = byEnd.get(end)
      if (id !== undefined) return id
    }
  }
  return null
}

/** `a/b/c`, `b/c`, `c`. */
function endsOf(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  return parts.map((_, i) => parts.slice(i).join('/'))
}
