/**
 * DAGM 2007, one class of surfaces, in both forms in which it is spread.
 *
 * - `Train/0001.PNG`, `Train/Label/0001_label.PNG`, `Train/Label/Labels.txt`, the same for `Test`: images without a label are good.
 * - `Class1/1.png` good, `Class1_def/1.png` defective, `Class1_def/labels.txt` an ellipse for each: number, semi-major and semi-minor axis,
 *   rotation in radians, x and y of the centre.
 */
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { readText } from '../files/read-json.ts'
import { mustGet } from '../present.ts'
import type { Task } from '../task.ts'
import type { Region } from './annotations/fill-region.ts'
import { type ClassChoice, classifyFolders } from './folder-classes.ts'
import { sortImages } from './image-roles.ts'
import { type Layout, type LayoutReading, listedSample } from './layout.ts'
import { leftOut } from './left-out.ts'
import { baseName, folderOf, type Listing, withoutEnding } from './listing.ts'
import { pairMasks } from './pair-masks.ts'
import { readByMask } from './read-by-mask.ts'
import type { DatasetIssue, Label, Sample } from './sample.ts'

const list = /^(?:train|test)\/label\/labels\.txt$/i

/** Folders of defective images beside which the good ones lie, by the name of these. */
const oldClasses = (listing: Listing): string[] =>
  listing.subfolders('').flatMap((name) => {
    const good = name.replace(/_def$/i, '')
    const isPair = good !== name && listing.imagesIn(good).length > 0
    return isPair && listing.has(`${name}/labels.txt`) ? [good] : []
  })

export const dagmLayout: Layout = {
  name: 'dagm',
  expects: 'Train/0001.PNG, Train/Label/0001_label.PNG, Label/Labels.txt; or Class1 and Class1_def',
  recognise: (listing) => listing.files.some((file) => list.test(file)) || oldClasses(listing).length > 0,
  read: (listing, task, choice) =>
    listing.files.some((file) => list.test(file)) ? readNew(listing, task) : readOld(listing, choice),
}

async function readNew(listing: Listing, task: Task): Promise<LayoutReading> {
  const roles = await sortImages(listing, task)
  const folders = classifyFolders(roles.photographs)
  const labels = new Map<string, Label>()
  for (const file of listing.files.filter((each) => list.test(each))) {
    const folder = folderOf(folderOf(file))
    for (const line of (await readText(join(listing.root, file))).split(/\r?\n/)) {
      const [, state, image] = line.split('\t')
      if (image !== undefined && state === '1') labels.set(`${folder}/${image.trim()}`, 'anomalous')
    }
  }
  return readByMask(
    listing,
    roles,
    {
      classOf: (image) => mustGet(folders, folderOf(image)),
      paired: pairMasks(roles.masks, roles.photographs, () => true),
      bareIsGood: true,
      labels,
      why: 'Label/Labels.txt lies in Train or Test; images without a label are good',
    },
    task,
  )
}

/** @throws {InputError} Several surfaces, and none is named. */
async function readOld(listing: Listing, choice: ClassChoice): Promise<LayoutReading> {
  const all = oldClasses(listing)
  const [good = '', another] = choice.good === null ? all : all.filter((name) => name === choice.good)
  if (another !== undefined || (good === '' && all.length > 0))
    throw new InputError(
      listing.root,
      `holds ${all.length} surfaces (${all.join(', ')}), each with good images and defective ones of its own, and a detector learns one of them: name it, such as --good ${all[0]}`,
    )
  const bad = listing.subfolders('').find((name) => name.toLowerCase() === `${good}_def`.toLowerCase()) ?? ''
  const path = join(listing.root, bad, 'labels.txt')
  const ellipses = new Map<string, Region[]>()
  for (const line of (await readText(path)).split(/\r?\n/)) {
    const numbers = line
      .trim()
      .split(/[\s,;]+/)
      .map(Number)
    if (numbers.length < 6 || !numbers.every(Number.isFinite)) continue
    const [number, major, minor, turn, x, y] = numbers as [number, number, number, number, number, number]
    const region: Region = {
      kind: 'ellipse',
      centre: [x, y],
      radii: [major, minor],
      rotation: (turn * 180) / Math.PI,
    }
    const own = ellipses.get(String(number))
    if (own === undefined) ellipses.set(String(number), [region])
    else own.push(region)
  }
  const issues: DatasetIssue[] = []
  const samples = [
    ...listing.imagesIn(good).map((id) => listedSample(listing, id, { label: 'nominal' })),
    ...listing.imagesIn(bad).map((id): Sample => {
      const regions = ellipses.get(String(Number(baseName(withoutEnding(id)))))
      const mask = regions === undefined ? null : ({ kind: 'regions', path, size: null, regions } as const)
      return listedSample(listing, id, { label: 'anomalous', mask })
    }),
  ]
  const others = listing.images.filter((file) => ![good, bad].includes(file.split('/')[0] ?? ''))
  return {
    samples,
    issues,
    why: `${good} and ${bad} with labels.txt, an ellipse for every image, lie in it`,
    ...(all.length > 1 && {
      explained: others,
      leftOut: leftOut('images of surfaces that --good does not name', 'note', others, listing.images.length),
    }),
  }
}
