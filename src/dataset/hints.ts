/** Words for a folder that is no dataset: what is in it, and where one may be. A hint never names a folder of defects. */
import { join } from 'node:path'
import { InputError } from '../errors.ts'
import { type ClassChoice, noChoice } from './folder-classes.ts'
import { manifestNames } from './layout-manifest.ts'
import { namedClasses } from './layout-tree.ts'
import { layouts } from './layouts.ts'
import type { Listing } from './listing.ts'

/** Levels below the root at which a dataset is looked for. */
const depth = 3

export function unrecognised(listing: Listing): InputError {
  const wanted = [
    ...layouts.map(({ name, expects }) => `\n  ${name.padEnd(9)}  ${expects}`),
    `\n  manifest   ${manifestNames.join(', ')}`,
  ]
  return new InputError(
    listing.root,
    `is of no known layout; found ${describeFolder(listing)}${nestedHint(listing)}; expected one of:${wanted.join('')}`,
  )
}

export function describeFolder(listing: Listing): string {
  const names = listing.subfolders('')
  const folders = names.length === 0 ? 'no folders' : `the folders ${names.slice(0, 6).join(', ')}`
  return `${folders}${names.length > 6 ? ', ...' : ''} and ${listing.images.length} images in all`
}

/** A folder below that is a dataset by itself, because it holds a folder of good parts or a manifest: a category of MVTec AD, say. */
export function nestedHint(listing: Listing): string {
  const nested = datasetsBelow(listing, '', depth)
  if (nested.length === 0) return ''
  const more = nested.length > 1 ? ` (or one of ${nested.length - 1} more)` : ''
  return `; did you mean ${join(listing.root, nested[0]!)}${more}?`
}

function datasetsBelow(listing: Listing, folder: string, levels: number): string[] {
  if (levels === 0) return []
  return listing.subfolders(folder).flatMap((name) => {
    const path = folder === '' ? name : `${folder}/${name}`
    const inside = narrowed(listing, path)
    if (inside.images.length === 0 && inside.files.length === 0) return []
    return isDataset(inside, noChoice) ? [path] : datasetsBelow(listing, path, levels - 1)
  })
}

/** Certainly so: images directly in a folder prove nothing. */
function isDataset(listing: Listing, choice: ClassChoice): boolean {
  if (manifestNames.some((file) => listing.has(file))) return true
  const isParticular = layouts.some(
    ({ name, recognise }) => name !== 'mvtec' && name !== 'folders' && recognise(listing, choice),
  )
  return (
    isParticular ||
    namedClasses(listing, choice).some(({ kind, isNested }) => kind === 'nominal' && !isNested)
  )
}

function narrowed(listing: Listing, folder: string): Listing {
  const inside = (path: string): string => (path === '' ? folder : `${folder}/${path}`)
  const outside = (paths: readonly string[]): string[] => paths.map((path) => path.slice(folder.length + 1))
  return {
    root: join(listing.root, folder),
    files: outside(listing.filesBelow(folder)),
    images: outside(listing.imagesBelow(folder)),
    issues: [],
    passedOver: { system: [], own: [] },
    subfolders: (path) => listing.subfolders(inside(path)),
    imagesIn: (path) => outside(listing.imagesIn(inside(path))),
    imagesBelow: (path) => outside(listing.imagesBelow(inside(path))),
    filesBelow: (path) => outside(listing.filesBelow(inside(path))),
    countBelow: (path) => listing.countBelow(inside(path)),
    findImage: (path) => listing.findImage(inside(path))?.slice(folder.length + 1),
    has: (path) => listing.has(inside(path)),
    linkTarget: (path) => listing.linkTarget(inside(path)),
  }
}
