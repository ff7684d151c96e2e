/**
 * The layout of BSData (Schlagenhauf and Landwehr 2021): `data/*.jpg`, and `label/<stem>.json` by labelme for images with
 * wear only. The same spots were photographed over weeks, so position, angle and crop of the name are the part.
 */
import { join } from 'node:path'
import { reasonOfBadFile } from '../errors.ts'
import { checkCancelled, mapConcurrent } from '../task.ts'
import { readLabelme } from './labelme.ts'
import { type Layout, listedSample } from './layout.ts'
import { baseName, withoutEnding } from './listing.ts'
import type { DatasetIssue, Sample } from './sample.ts'

/** `01_200828110014_277500_315_crop_2`: machine, time yymmddhhmmss, position, angle in degrees, crop. */
const driveName = /^(\d{2})_(\d{2})(\d{2})(\d{2})\d{6}_(\d+)_(\d+)_crop_(\d+)$/

/** `KGT1-S-060-A02_crop_0`: a second type of machine, whose names do not tell which spots are the same. */
const otherName = /^(KGT\d*)-.*?(?:_crop_(\d+))?$/

const stemOf = (file: string): string => baseName(withoutEnding(file))

export const bsdLayout: Layout = {
  name: 'bsd',
  expects: 'data/MM_yymmddhhmmss_position_angle_crop_K.jpg, label/*.json',
  recognise: (listing) =>
    listing.imagesIn('data').some((file) => driveName.test(stemOf(file)) || otherName.test(stemOf(file))),

  async read(listing, task) {
    const images = listing.imagesIn('data')
    const progress = task.progress('labels', 'images')
    const read = mapConcurrent(images, 16, async (id): Promise<[Sample, DatasetIssue | null]> => {
      checkCancelled(task)
      const stem = stemOf(id)
      const label = `label/${stem}.json`
      const known = nameFields(stem)
      if (!listing.has(label)) return [listedSample(listing, id, { label: 'nominal', ...known }), null]
      const path = join(listing.root, label)
      const { defect, issue } = await readDefect(path)
      const mask = { kind: 'labelme', path } as const
      return [listedSample(listing, id, { label: 'anomalous', defect, mask, ...known }), issue]
    })
    const samples: Sample[] = []
    const issues: DatasetIssue[] = []
    try {
      for await (const [sample, issue] of read) {
        samples.push(sample)
        if (issue !== null) issues.push(issue)
        progress.update(samples.length, images.length)
      }
    } finally {
      progress.end()
    }
    const stems = new Set(images.map(stemOf))
    for (const file of listing.files) {
      if (!/^label\/[^/]+\.json$/.test(file) || stems.has(stemOf(file))) continue
      const message = 'labels an image that is not in data/'
      issues.push({ kind: 'missing-file', severity: 'warning', path: join(listing.root, file), message })
    }
    return { samples, issues }
  },
}

function nameFields(stem: string): Pick<Sample, 'part' | 'attributes'> {
  const drive = driveName.exec(stem)
  if (drive !== null) {
    const [, machine, year, month, day, position, angle, crop] = drive as unknown as string[]
    const date = `20${year}-${month}-${day}`
    const attributes = { machine, position, angle, crop, date } as Record<string, string>
    return { part: `${position}_${angle}_crop_${crop}`, attributes }
  }
  const other = otherName.exec(stem)
  if (other === null) return { part: null, attributes: {} }
  const crop = other[2] === undefined ? {} : { crop: other[2] }
  return { part: stem, attributes: { machine: other[1]!, ...crop } }
}

/** The names of the shapes, several joined by `+`; null where there are none or the file is broken. */
async function readDefect(path: string): Promise<{ defect: string | null; issue: DatasetIssue | null }> {
  try {
    const names = new Set((await readLabelme(path)).shapes.map((shape) => shape.label))
    return { defect: names.size === 0 ? null : [...names].sort().join('+'), issue: null }
  } catch (error) {
    const message = reasonOfBadFile(error)
    return { defect: null, issue: { kind: 'unreadable', severity: 'error', path, message } }
  }
}
