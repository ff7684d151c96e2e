/** A folder with manifests of AWS Lookout for Vision, and the images and masks of its bucket. */
import { join } from 'node:path'
import { readText } from '../files/read-json.ts'
import { checkCancelled, type Task } from '../task.ts'
import { readLookoutLine } from './annotations/lookout.ts'
import type { FindImage } from './annotations/match-images.ts'
import { type LayoutReading, listedSample } from './layout.ts'
import { type Listing, withoutEnding } from './listing.ts'
import { folderMeaning, splitOfMeaning } from './names/folder-meaning.ts'
import type { DatasetIssue, MaskSource, Sample, Split } from './sample.ts'

export const isLookout = (file: string): boolean => /\.manifest$/i.test(file)

/** @throws {InputError} A manifest cannot be read. */
export async function readLookout(listing: Listing, find: FindImage, task: Task): Promise<LayoutReading> {
  const samples = new Map<string, Sample>()
  const issues: DatasetIssue[] = []
  const explained: string[] = []
  for (const file of listing.files.filter(isLookout)) {
    checkCancelled(task)
    const path = join(listing.root, file)
    const issue = (line: number, message: string): void => {
      issues.push({ kind: 'bad-row', severity: 'error', path, message: `line ${line} ${message}` })
    }
    for (const [i, text] of (await readText(path)).split(/\r?\n/).entries()) {
      if (text.trim() === '') continue
      const row = readLookoutLine(parsed(text))
      if (row === null) issue(i + 1, 'is none of Lookout for Vision: it has no source-ref')
      else if (row.isAnomaly === null) issue(i + 1, `does not say whether ${row.image} is an anomaly`)
      else {
        const id = find(row.image, file)
        if (id === null) {
          issue(i + 1, `names ${row.image}, which is not in the folder: copy the bucket's images into it`)
          continue
        }
        const maskId = row.mask === null ? null : find(row.mask, file)
        if (maskId !== null) explained.push(maskId)
        const background = row.background.length > 0 ? { background: row.background } : {}
        const mask: MaskSource | null =
          maskId === null || !row.isAnomaly
            ? null
            : { kind: 'file', path: join(listing.root, maskId), ...background }
        const defect = row.isAnomaly && row.defects.length === 1 ? row.defects[0]! : null
        const label = row.isAnomaly ? 'anomalous' : 'nominal'
        samples.set(
          id,
          listedSample(listing, id, { label, defect, mask, split: splitOf(file) ?? splitOf(id) }),
        )
      }
    }
  }
  return {
    samples: [...samples.values()],
    issues,
    explained,
    why: 'a manifest of Lookout for Vision lies in it',
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A published split by a folder in the path, or by the name of the file: `train/`, `valid.json`. */
export const splitOf = (path: string): Split | null =>
  withoutEnding(path)
    .split('/')
    .map((name) => splitOfMeaning(folderMeaning(name)))
    .find((split) => split !== null) ?? null
