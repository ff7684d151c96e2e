/** One hash for a dataset: equal for the same samples with the same contents, wherever the folder is. */
import { InputError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import { mapConcurrent } from '../task.ts'
import type { MaskSource, Sample } from './sample.ts'

/**
 * `sha256:` and 64 digits, over each sample's id, label, part, defect and split and the contents of its image and masks;
 * the order of the samples does not matter, nor do attributes.
 *
 * @param fileHash - Hash of a file's bytes, such as `sha256File`; called once per file.
 * @throws {InputError} A file cannot be read.
 */
export async function datasetFingerprint(
  samples: readonly Sample[],
  fileHash: (path: string) => Promise<string>,
): Promise<string> {
  const hashOf = async (path: string): Promise<string> => {
    try {
      return await fileHash(path)
    } catch (cause) {
      if (!isSystemError(cause)) throw cause
      throw new InputError(path, `cannot be read: ${systemReason(cause)}`, { cause })
    }
  }
  const hashOfMask = async (source: MaskSource | null): Promise<string | null> => {
    if (source === null) return null
    // The annotations of one image among those of many: the file's hash would be the same for all.
    if (source.kind === 'regions') return sha256(JSON.stringify([source.size, source.regions]))
    if (source.kind === 'union') return sha256((await Promise.all(source.masks.map(hashOfMask))).join('\n'))
    return hashOf(source.path)
  }
  const lines: string[] = []
  const entries = mapConcurrent(
    samples,
    8,
    async ({ id, label, part, defect, split, path, mask, foreground, reading }) => {
      const hashes = [await hashOf(path), await hashOfMask(mask), await hashOfMask(foreground)]
      return JSON.stringify([id, label, part, defect, split, ...hashes, ...(reading ? [reading] : [])])
    },
  )
  for await (const entry of entries) lines.push(entry)
  return `sha256:${sha256(lines.sort().join('\n'))}`
}
