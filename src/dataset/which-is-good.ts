/** The questions that a folder leaves open: which folder holds good parts, and is this the whole dataset. */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { InputError } from '../errors.ts'
import { isSystemError } from '../files/atomic.ts'
import type { ClassChoice, FolderClass } from './folder-classes.ts'
import { folderOf, type Listing } from './listing.ts'
import { exampleNames, folderMeaning, normaliseName } from './names/folder-meaning.ts'

/** The names of folders as an option takes them. */
const listed = (names: readonly string[]): string => {
  const text = names.join(',')
  return /^[\w.,/-]+$/.test(text) ? text : `"${text}"`
}

const shown = (classes: readonly { readonly name: string; readonly images: number }[]): string =>
  `${classes
    .slice(0, 6)
    .map(({ name, images }) => `${name} (${images} image${images === 1 ? '' : 's'})`)
    .join(', ')}${classes.length > 6 ? ` and ${classes.length - 6} more` : ''}`

/** What to ask where no folder, or not every folder, says what it holds. */
export function askForClasses(
  listing: Listing,
  images: readonly string[],
  classOf: (image: string) => FolderClass,
  open: readonly { readonly name: string; readonly images: number }[],
  choice: ClassChoice,
): InputError {
  const countOf = (kinds: readonly string[]): { name: string; images: number }[] => {
    const counts = new Map<string, number>()
    for (const image of images) {
      const { kind, name } = classOf(image)
      if (kinds.includes(kind)) counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    return [...counts].map(([name, count]) => ({ name, images: count }))
  }
  const good = countOf(['nominal'])
  const bad = countOf(['anomalous'])
  const loose = countOf(['none'])[0]?.images ?? 0
  if (choice.good !== null && good.length === 0)
    return new InputError(
      listing.root,
      `--good ${choice.good}: no folder of that name holds images; found ${shown(countOf(['nominal', 'anomalous', 'unknown', 'not-named', 'no-class'])) || 'none'}`,
    )
  if (good.length > 0) {
    const sure = bad.map(({ name }) => name)
    return new InputError(
      listing.root,
      `the name of ${open.length === 1 ? 'a folder does' : `${open.length} folders does`} not say whether it holds defects: ${shown(open)}. ` +
        `If so, name all folders of defects: --good ${listed(good.map(({ name }) => name).slice(0, 1))} --defects ${listed([...sure, ...open.map(({ name }) => name)])}. ` +
        `If not, name those that are: --good ${listed(good.map(({ name }) => name).slice(0, 1))} --defects ${sure.length > 0 ? listed(sure) : 'NAMES'}; what is not named is left out.`,
    )
  }
  if (open.length === 0 && bad.length > 0)
    return new InputError(
      listing.root,
      `holds defects (${shown(bad)}) and no folder of good parts (${exampleNames.nominal} ...): a detector learns what good parts look like. ` +
        `If one of these folders is good, name it: --good NAME${loose > 0 ? `; ${loose} images lie beside them` : ''}`,
    )
  const classes = [...open, ...bad]
  if (classes.length === 0)
    return new InputError(
      listing.root,
      `${looseWords(images, classOf)} and no folder's name says whether they are good. If those of one are, name it: --good NAME; ` +
        'else put good images and defective ones into folders of their own',
    )
  const [first = '', second = ''] = classes.map(({ name }) => name)
  const either =
    classes.length === 2
      ? `--good ${listed([first])} --defects ${listed([second])}, or --good ${listed([second])} --defects ${listed([first])}`
      : '--good NAME --defects NAME,NAME'
  return new InputError(
    listing.root,
    `no folder's name says that it holds good parts (${exampleNames.nominal} ...): found ${shown(classes)}. ` +
      `Name the folder of good parts and those of defects: ${either}`,
  )
}

/** `40 images lie directly in train, 20 in test`. */
function looseWords(images: readonly string[], classOf: (image: string) => FolderClass): string {
  const counts = new Map<string, number>()
  for (const image of images) {
    if (classOf(image).kind !== 'none') continue
    const folder = folderOf(image) || 'the folder itself'
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  const places = [...counts].slice(0, 4).map(([folder, count]) => `${count} in ${folder}`)
  return counts.size === 0
    ? 'no image lies in it'
    : `images lie directly in folders that are no classes: ${places.join(', ')};`
}

/**
 * Images directly in a folder are good parts only where nothing says otherwise: not the folder's own name, and not its neighbours'.
 *
 * @throws {InputError} It is a folder of defects or of masks, or one of several classes.
 */
export async function refuseClassFolder({ root }: Listing): Promise<void> {
  const own = folderMeaning(basename(root))
  if (own === 'nominal') return
  const parent = dirname(root)
  const neighbours = (await foldersIn(parent)).filter((name) => name !== basename(root))
  const good = neighbours.find((name) => folderMeaning(name) === 'nominal')
  const whole = good === undefined ? '' : `; ${parent} holds ${good} beside it and is the whole dataset`
  const anyway = 'if its images are good parts all the same, say so: --good .'
  if (own === 'defect' || own === 'defect-kind')
    throw new InputError(root, `is by its name a folder of defects, not of good parts${whole}; ${anyway}`)
  if (own === 'mask' || own === 'foreground')
    throw new InputError(root, `is by its name a folder of masks, not of photographs${whole}; ${anyway}`)
  if (good !== undefined)
    throw new InputError(
      root,
      `is one of several folders of which ${good} holds the good parts${whole}; ${anyway}`,
    )
  const opposite = neighbours.find((name) => isOpposite(normaliseName(basename(root)), normaliseName(name)))
  if (opposite !== undefined)
    throw new InputError(
      root,
      `lies beside ${opposite}, and the two names do not say which of them holds defects: open ${parent} with --good and --defects; ${anyway}`,
    )
  const bad = neighbours.filter((name) => ['defect', 'defect-kind'].includes(folderMeaning(name)))
  if (bad.length > 1)
    throw new InputError(
      root,
      `lies among folders of defects (${bad.slice(0, 3).join(', ')}), and its name does not say that it is good; ${anyway}`,
    )
}

/** A crack is positive for whoever looks for cracks, and a good part for whoever sells parts. */
const opposites: readonly (readonly [string, string])[] = [
  ['positive', 'negative'],
  ['pos', 'neg'],
  ['true', 'false'],
  ['yes', 'no'],
  ['1', '0'],
]
const isOpposite = (a: string, b: string): boolean =>
  opposites.some(([one, other]) => (a === one && b === other) || (a === other && b === one))

async function foldersIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
  } catch (error) {
    if (isSystemError(error)) return [] // may lie above what we are allowed to see
    throw error
  }
}

/** Where a folder is one split or one class of a dataset whose other parts lie beside it: what they are; else null. */
export async function partOfWhole(root: string): Promise<string | null> {
  const own = folderMeaning(basename(root))
  if (!['train', 'test', 'validation', 'nominal', 'pictures'].includes(own)) return null
  const wanted =
    own === 'nominal'
      ? ['defect', 'defect-kind']
      : own === 'pictures'
        ? ['mask']
        : ['train', 'test', 'validation', 'mask']
  const beside = (await foldersIn(dirname(root))).filter(
    (name) => name !== basename(root) && wanted.includes(folderMeaning(name)),
  )
  return beside.length === 0
    ? null
    : `${join(dirname(root), beside[0]!)}${beside.length > 1 ? ` and ${beside.length - 1} more` : ''} beside it belong${beside.length > 1 ? '' : 's'} to the same dataset and ${beside.length > 1 ? 'are' : 'is'} not used: ${dirname(root)} is the whole`
}
