/**
 * Datasets told by their folders, however deep: `mvtec` where published splits are among them, `folders` where not.
 *
 *     train/good  test/good  test/<defect>  ground_truth/<defect>       MVTec AD, MPDD, BTAD, VisA (1cls), LOCO, AD 2, 3D-AD, AutoVI ...
 *     good  <defect> ...                                                plain folders, with masks anywhere
 *     *.png, and masks for all of them                                  KolektorSDD2, any flat folder with masks
 *     *.png                                                             good parts only
 *
 * Which files are masks is told by `image-roles.ts`, what a folder is by `folder-classes.ts`. Nothing is guessed: a folder whose name
 * says nothing holds defects only where its images have masks, or where good parts alone are in `train`; else the user is asked.
 */
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { mustGet } from '../present.ts'
import type { Task } from '../task.ts'
import { anomalous, type ClassChoice, classifyFolders, type FolderClass } from './folder-classes.ts'
import { type ImageRoles, sortImages } from './image-roles.ts'
import { type Layout, type LayoutReading, listedSample, maskOf } from './layout.ts'
import { leftOut } from './left-out.ts'
import { folderOf, type Listing } from './listing.ts'
import { checkMasksOfGood } from './masks-of-good.ts'
import { folderMeaning } from './names/folder-meaning.ts'
import { type PairedMasks, pairMasks } from './pair-masks.ts'
import { pathColumns } from './path-columns.ts'
import { ambiguousMasks, foregroundsOf, lostMasks, readByMask } from './read-by-mask.ts'
import type { DatasetIssue, Label, LeftOut, Sample } from './sample.ts'
import { askForClasses, refuseClassFolder } from './which-is-good.ts'

export const mvtecLayout: Layout = {
  name: 'mvtec',
  expects: 'train/good, test/good, test/<defect>, ground_truth/<defect>',
  recognise: (listing, choice) =>
    someClass(listing, choice, ({ kind, split }) => kind === 'nominal' && split !== null),
  read: readTree,
}

export const foldersLayout: Layout = {
  name: 'folders',
  expects:
    'a folder of good images (good, ok, normal, pass ...) and folders of defects, or images with masks, or good images only',
  recognise: (listing, choice) =>
    someClass(listing, choice, ({ kind }) => kind === 'nominal') || isFlat(listing),
  read: readTree,
}

/** What the names say; cheap, for recognising and for hints. */
export function namedClasses(listing: Listing, choice: ClassChoice): readonly FolderClass[] {
  const photographs = listing.images.filter(
    (file) =>
      !folderOf(file)
        .split('/')
        .some((name) => ['mask', 'foreground'].includes(folderMeaning(name))),
  )
  return [...classifyFolders(photographs, choice).values()]
}

const someClass = (listing: Listing, choice: ClassChoice, is: (each: FolderClass) => boolean): boolean =>
  namedClasses(listing, choice).some((each) => !each.isNested && is(each))

/** No folder is a class: images in the root, or in splits. */
const isFlat = (listing: Listing): boolean => {
  const classes = namedClasses(listing, { good: null, defects: null })
  return (
    classes.some(({ kind }) => kind === 'none') &&
    classes.every(({ kind }) => kind === 'none' || kind === 'no-class')
  )
}

async function readTree(listing: Listing, task: Task, choice: ClassChoice): Promise<LayoutReading> {
  const roles = await sortImages(listing, task)
  const folders = classifyFolders(roles.photographs, choice)
  const classOf = (image: string): FolderClass => mustGet(folders, folderOf(image))
  const candidates = roles.photographs.filter((image) =>
    ['nominal', 'anomalous', 'unknown', 'none'].includes(classOf(image).kind),
  )
  refuseSeveral(listing, [...folders.values()])
  const paired = pairMasks(roles.masks, candidates, (image) => classOf(image).kind !== 'nominal')
  const isByMask = candidates.every((image) => classOf(image).kind === 'none') && paired.masks.size > 0
  return isByMask
    ? readByMask(listing, roles, { classOf, paired, bareIsGood: false }, task)
    : readClasses(listing, roles, folders, paired, choice)
}

/** Categories of products in one tree, each with good parts of its own: one detector learns one of them. */
function refuseSeveral(listing: Listing, classes: readonly FolderClass[]): void {
  const good = classes.filter(({ kind }) => kind === 'nominal')
  const prefixes = [...new Set(good.map(({ prefix }) => prefix))].sort()
  if (prefixes.length === 0 || prefixes.includes('')) return
  if (good.some(({ isNested }) => isNested))
    throw new InputError(
      listing.root,
      `holds ${prefixes.length === 1 ? 'a dataset one level further down' : `${prefixes.length} datasets`}; open ${join(listing.root, prefixes[0]!)}${prefixes.length === 1 ? '' : `, or one of ${prefixes.slice(1, 5).join(', ')}`}`,
    )
  if (prefixes.length > 1)
    throw new InputError(
      listing.root,
      `holds ${prefixes.length} products (${prefixes.slice(0, 5).join(', ')}) below each split: name the images of one in a manifest.csv (path,label,mask,split)`,
    )
}

async function readClasses(
  listing: Listing,
  roles: ImageRoles,
  folders: ReadonlyMap<string, FolderClass>,
  paired: PairedMasks,
  choice: ClassChoice,
): Promise<LayoutReading> {
  const all = [...folders.values()]
  const classOf = (image: string): FolderClass => mustGet(folders, folderOf(image))
  const isFlatGood =
    all.every(({ kind }) => kind === 'none' || kind === 'no-class') &&
    all.some(({ kind, split }) => kind === 'none' && split === null)
  if (isFlatGood) await refuseClassFolder(listing)
  const proven = isFlatGood ? new Map<string, string>() : provenDefects(roles.photographs, classOf, paired)
  const open = unknownClasses(roles.photographs, classOf).filter(({ name }) => !proven.has(name))
  const hasGood = isFlatGood || all.some(({ kind }) => kind === 'nominal')
  if (!hasGood || open.length > 0) throw askForClasses(listing, roles.photographs, classOf, open, choice)

  const samples: Sample[] = []
  const aside = new Map<string, string[]>()
  const foregrounds = foregroundsOf(roles, classOf)
  const columns = pathColumns(roles.photographs, classOf)
  for (const image of roles.photographs) {
    const own = classOf(image)
    const label = labelOf(own, isFlatGood)
    if (label === null) {
      const reason = asideReason(own)
      aside.set(reason, [...(aside.get(reason) ?? []), image])
      continue
    }
    const defect =
      label === 'nominal'
        ? null
        : own.kind === 'anomalous'
          ? own.defect
          : anomalous(own.name, own.rest.split('/')).defect
    samples.push(
      listedSample(listing, image, {
        label,
        defect,
        mask: label === 'nominal' ? null : maskOf(listing, paired.masks.get(image) ?? [], roles.backgroundOf),
        foreground: maskOf(listing, foregrounds.masks.get(image) ?? []),
        split: own.split,
        attributes: columns(image),
      }),
    )
  }
  const issues = [
    ...ambiguousMasks(listing, paired, (image) => classOf(image).kind === 'nominal'),
    ...ambiguousMasks(listing, foregrounds, () => false),
    ...(await checkMasksOfGood(listing.root, samples, paired)),
    ...emptyClasses(listing, folders),
  ]
  const proof = [...proven].map(([name, why]) => `${name} is taken for a kind of defect: ${why}.`)
  return {
    samples,
    issues,
    why: whyOf(samples, all, isFlatGood, choice),
    notes: [
      ...proof,
      ...(isFlatGood ? ['All images lie directly in the folder and are taken for good parts.'] : []),
    ],
    leftOut: [...asideGroups(aside, roles), ...lostMasks(roles, paired, foregrounds)],
    explained: listing.images,
  }
}

interface OpenClass {
  readonly name: string
  readonly images: number
}

function unknownClasses(images: readonly string[], classOf: (image: string) => FolderClass): OpenClass[] {
  const counts = new Map<string, number>()
  for (const image of images) {
    const { kind, name } = classOf(image)
    if (kind === 'unknown') counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => ({ name, images: count }))
}

/** Classes of unknown name that hold defects all the same, with what proves it. */
function provenDefects(
  images: readonly string[],
  classOf: (image: string) => FolderClass,
  { masks }: PairedMasks,
): Map<string, string> {
  const found = new Map<string, { images: number; masked: number; splits: Set<string> }>()
  const goodSplits = new Set<string>()
  let maskedGood = 0
  for (const image of images) {
    const { kind, name, split } = classOf(image)
    if (kind === 'nominal') {
      goodSplits.add(split ?? '')
      if (masks.has(image)) maskedGood++
    }
    if (kind !== 'unknown') continue
    const own = found.get(name) ?? { images: 0, masked: 0, splits: new Set<string>() }
    own.images++
    own.splits.add(split ?? '')
    if (masks.has(image)) own.masked++
    found.set(name, own)
  }
  const proven = new Map<string, string>()
  for (const [name, own] of found) {
    if (own.masked > own.images / 2 && maskedGood === 0)
      proven.set(name, 'its images have masks, and good ones have none')
    else if (goodSplits.has('train') && !own.splits.has('train') && !own.splits.has(''))
      proven.set(name, 'it is in the test set only, and good images alone are in the train set')
  }
  return proven
}

function labelOf({ kind }: FolderClass, isFlatGood: boolean): Label | null {
  if (kind === 'nominal' || (kind === 'none' && isFlatGood)) return 'nominal'
  return kind === 'anomalous' || kind === 'unknown' ? 'anomalous' : null
}

const asideReasons = {
  'no-class': 'images in folders that by their name are no class (unsorted, documents, results ...)',
  measurement: 'depth or coordinates, which are no photographs',
  unlabelled: 'a test set that was published without labels',
  'not-named': 'images in folders that --good and --defects do not name',
  none: 'images beside the folders of the classes',
} as const

const asideReason = ({ kind }: FolderClass): string => asideReasons[kind as keyof typeof asideReasons]

function asideGroups(aside: ReadonlyMap<string, readonly string[]>, { photographs }: ImageRoles): LeftOut[] {
  const kinds: Readonly<Record<string, 'image' | 'aside' | 'note'>> = {
    [asideReasons['no-class']]: 'aside',
    [asideReasons.measurement]: 'note',
    [asideReasons.unlabelled]: 'note',
    [asideReasons['not-named']]: 'note',
    [asideReasons.none]: 'image',
  }
  return [...aside].flatMap(([reason, files]) => leftOut(reason, kinds[reason]!, files, photographs.length))
}

function emptyClasses(listing: Listing, folders: ReadonlyMap<string, FolderClass>): DatasetIssue[] {
  const parents = new Set<string>()
  for (const [folder, { kind }] of folders)
    if (kind === 'nominal' || kind === 'anomalous') parents.add(folderOf(folder))
  const issues: DatasetIssue[] = []
  for (const parent of parents) {
    for (const name of listing.subfolders(parent)) {
      const folder = parent === '' ? name : `${parent}/${name}`
      const meaning = folderMeaning(name)
      if (
        !['nominal', 'defect', 'defect-kind', 'unknown'].includes(meaning) ||
        listing.imagesBelow(folder).length > 0
      )
        continue
      if (meaning === 'unknown' && listing.countBelow(folder) > 0) continue
      const message = 'holds no image although its name is a label'
      issues.push({
        kind: 'label-without-images',
        severity: 'warning',
        path: join(listing.root, folder),
        message,
      })
    }
  }
  return issues
}

function whyOf(
  samples: readonly Sample[],
  classes: readonly FolderClass[],
  isFlatGood: boolean,
  choice: ClassChoice,
): string {
  if (isFlatGood) return 'images lie directly in it, and no folder of defects or of masks is there'
  const good = [...new Set(classes.filter(({ kind }) => kind === 'nominal').map(({ name }) => name))]
  const bad = [
    ...new Set(
      classes.filter(({ kind }) => kind === 'anomalous' || kind === 'unknown').map(({ name }) => name),
    ),
  ]
  const splits = [...new Set(samples.flatMap(({ split }) => (split === null ? [] : [split])))]
  const named = (names: readonly string[]): string =>
    `${names.slice(0, 4).join(', ')}${names.length > 4 ? ' ...' : ''}`
  return [
    choice.good === null
      ? `${named(good)} ${good.length === 1 ? 'is a name' : 'are names'} for good parts`
      : `--good says that ${named(good)} ${good.length === 1 ? 'holds' : 'hold'} good parts`,
    bad.length > 0 &&
      (choice.defects === null
        ? choice.good === null
          ? `${named(bad)} for defects`
          : `${named(bad)} ${bad.length === 1 ? 'is a name' : 'are names'} for defects`
        : `--defects names ${named(bad)}`),
    splits.length > 0 && `in the splits ${splits.join(', ')}`,
  ]
    .filter((words) => words !== false)
    .join(', ')
}
