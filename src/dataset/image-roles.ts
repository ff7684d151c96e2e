/**
 * Which image files are photographs and which are masks, wherever they lie. Names say where to look; pixels decide.
 *
 * Files are taken in series: a folder (numbers in its name do not count), an affix (`_mask`, `_GT` ...), an ending. A series whose
 * folder or affix is a word for masks, or whose names are those of other images beside it or in a folder that mirrors theirs, is looked
 * into: a few files where they agree, all of them where they do not.
 */
import { extname } from 'node:path'
import { type MaskLikeness, maskLikeness } from '../image/mask-likeness.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import { type BackgroundOf, readLabelmaps } from './labelmaps.ts'
import { folderOf, type Listing, withoutEnding } from './listing.ts'
import { type FolderMeaning, folderMeaning, normaliseName } from './names/folder-meaning.ts'
import { maskAffix } from './names/mask-affix.ts'

export interface MaskFile {
  /** Relative, as listed. */
  readonly file: string
  readonly folder: string
  /** Name of the image that it is for, without ending, as far as its own name tells. */
  readonly stem: string
}

export interface ImageRoles {
  readonly photographs: readonly string[]
  readonly masks: readonly MaskFile[]
  /** Masks of the object. */
  readonly foregrounds: readonly MaskFile[]
  /** Photographs where masks were to be expected: among masks, or in the place of one. */
  readonly strangers: readonly string[]
  /** Of the masks. */
  readonly backgroundOf: BackgroundOf
}

/** Injected by tests. */
export type Likeness = (path: string) => Promise<MaskLikeness>

const sampled = 4
/** Where all that was looked at is of one value, so many are looked at before that is believed. */
const sampledPlain = 24

interface Entry extends MaskFile {
  readonly series: Series
}

interface Series {
  readonly kind: 'none' | 'mask' | 'foreground'
  /** Whether a folder, and not only an affix, says so. */
  readonly isByFolder: boolean
  readonly files: Entry[]
}

/** @throws {InputError} A `labelmap.txt` cannot be read. @throws {CancelledError} Cost: two passes over the names; a few files decoded for every series that may hold masks. */
export async function sortImages(
  listing: Listing,
  task: Task,
  likeness: Likeness = maskLikeness,
): Promise<ImageRoles> {
  const { entries, byStem } = seriesOf(listing)
  const known = new Map<string, Promise<MaskLikeness>>()
  const look = (file: string): Promise<MaskLikeness> => {
    const found = known.get(file)
    if (found !== undefined) return found
    checkCancelled(task)
    const looked = likeness(`${listing.root}/${file}`)
    known.set(file, looked)
    return looked
  }
  const photographs: string[] = []
  const masks: MaskFile[] = []
  const foregrounds: MaskFile[] = []
  const strangers: string[] = []
  for (const series of entries) {
    checkCancelled(task)
    const partner = (entry: Entry): Entry | undefined => findPartner(entry, byStem)
    const verdict = await judge(series, partner, look)
    for (const [i, entry] of series.files.entries()) {
      const role = verdict === 'mixed' ? await judgeOne(entry, partner(entry), look) : verdict
      if (role === 'stranger') strangers.push(entry.file)
      else if (role === 'photograph') photographs.push(entry.file)
      else (series.kind === 'foreground' ? foregrounds : masks).push(entry)
      if (i % 64 === 0) checkCancelled(task)
    }
  }
  return {
    photographs: photographs.sort(),
    masks,
    foregrounds,
    strangers: strangers.sort(),
    backgroundOf: await readLabelmaps(listing),
  }
}

type Role = 'photograph' | 'mask' | 'stranger'

async function judge(
  series: Series,
  partnerOf: (entry: Entry) => Entry | undefined,
  look: (file: string) => Promise<MaskLikeness>,
): Promise<Role | 'mixed'> {
  const { kind, isByFolder, files } = series
  const some = spread(files, sampled)
  const partners = some.map(partnerOf)
  if (kind === 'none' && partners.filter((partner) => partner !== undefined).length < some.length / 2)
    return 'photograph'
  if (kind !== 'none' && !isByFolder && partners.every((partner) => partner === undefined))
    return 'photograph'
  let looks = await lookAll(some, look)
  if (looks.every((each) => each === 'unreadable')) return kind === 'none' ? 'photograph' : 'mask'
  if (looks.every((each) => each === 'plain' || each === 'unreadable') && kind === 'none')
    looks = await lookAll(spread(files, sampledPlain), look)
  const told = looks.filter((each) => each !== 'unreadable')
  const pictures = told.filter((each) => each === 'picture').length
  if (pictures === 0) {
    // Drawn photographs exist: of two series alike, neither is the mask of the other.
    if (kind === 'none' && !(await arePictures(partners, look))) return 'photograph'
    return 'mask'
  }
  if (pictures < told.length) return 'mixed'
  if (kind === 'none' || !isByFolder) return 'photograph'
  return partners.some((partner) => partner !== undefined) ? 'stranger' : 'photograph'
}

async function judgeOne(
  entry: Entry,
  partner: Entry | undefined,
  look: (file: string) => Promise<MaskLikeness>,
): Promise<Role> {
  const looked = await look(entry.file)
  const { kind, isByFolder } = entry.series
  if (looked === 'picture') return isByFolder && kind !== 'none' ? 'stranger' : 'photograph'
  if (kind !== 'none') return isByFolder || partner !== undefined ? 'mask' : 'photograph'
  if (partner === undefined || looked === 'unreadable') return 'photograph'
  return (await look(partner.file)) === 'picture' ? 'mask' : 'photograph'
}

async function arePictures(
  partners: readonly (Entry | undefined)[],
  look: (file: string) => Promise<MaskLikeness>,
): Promise<boolean> {
  const looks = await lookAll(
    partners.filter((partner) => partner !== undefined),
    look,
  )
  return looks.filter((each) => each === 'picture').length > looks.length / 2
}

async function lookAll(
  entries: readonly Entry[],
  look: (file: string) => Promise<MaskLikeness>,
): Promise<MaskLikeness[]> {
  const looks: MaskLikeness[] = []
  for await (const each of mapConcurrent(entries, 4, ({ file }) => look(file))) looks.push(each)
  return looks
}

/** So many of a list, evenly. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items]
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!)
}

interface FolderFacts {
  readonly kind: 'none' | 'mask' | 'foreground'
  readonly pattern: string
  /** Names that say which class the pictures are of, in the order of the path. */
  readonly classes: readonly string[]
  readonly unknown: readonly string[]
}

const facts = new WeakMap<Listing, Map<string, FolderFacts>>()
const classNames = new WeakMap<Listing, ReadonlySet<string>>()

/** A class may be called `label_torn`: whoever has `test/label_torn` and `ground_truth/label_torn` means no masks by it. */
function classNamesOf(listing: Listing): ReadonlySet<string> {
  const found = classNames.get(listing)
  if (found !== undefined) return found
  const below = new Set<string>()
  const above = new Set<string>()
  for (const folder of new Set(listing.images.map(folderOf))) {
    const names = folder.split('/')
    const first = names.findIndex((name) => folderMeaning(name) === 'mask')
    if (first < 0) continue
    above.add(normaliseName(names[first]!))
    for (const name of names.slice(first + 1)) below.add(normaliseName(name))
  }
  const made = new Set([...above].filter((name) => below.has(name)))
  classNames.set(listing, made)
  return made
}

function factsOf(listing: Listing, folder: string): FolderFacts {
  let known = facts.get(listing)
  if (known === undefined) {
    known = new Map()
    facts.set(listing, known)
  }
  const found = known.get(folder)
  if (found !== undefined) return found
  const names = folder === '' ? [] : folder.split('/')
  const isClass = classNamesOf(listing)
  const meanings = names.map((name): FolderMeaning => {
    const meaning = folderMeaning(name)
    return meaning === 'mask' && isClass.has(normaliseName(name)) ? 'unknown' : meaning
  })
  const having = (...wanted: FolderMeaning[]): string[] =>
    names.filter((_, i) => wanted.includes(meanings[i]!)).map(normaliseName)
  const made: FolderFacts = {
    kind: meanings.includes('foreground') ? 'foreground' : meanings.includes('mask') ? 'mask' : 'none',
    pattern: folder.replace(/\d+/g, '#'),
    classes: having('nominal', 'defect', 'defect-kind'),
    unknown: having('unknown', 'no-class'),
  }
  known.set(folder, made)
  return made
}

function seriesOf(listing: Listing): { entries: readonly Series[]; byStem: PartnerIndex } {
  const series = new Map<string, Series>()
  const byStem = new Map<string, Entry[]>()
  for (const file of listing.images) {
    const folder = folderOf(file)
    const name = file.slice(folder === '' ? 0 : folder.length + 1)
    const { stem, kind } = maskAffix(withoutEnding(name).normalize('NFC'))
    const { kind: byFolder, pattern } = factsOf(listing, folder)
    const key = `${pattern}\0${kind === 'none' ? '' : name.slice(stem.length).replace(/\d+/g, '#')}\0${extname(name).toLowerCase()}`
    let own = series.get(key)
    if (own === undefined) {
      const all = byFolder !== 'none' ? byFolder : kind
      own = {
        kind: byFolder === 'mask' && kind === 'foreground' ? 'foreground' : all,
        isByFolder: byFolder !== 'none',
        files: [],
      }
      series.set(key, own)
    }
    const entry: Entry = { file, folder, stem, series: own }
    own.files.push(entry)
    const stemKey = stem.toLowerCase()
    const same = byStem.get(stemKey)
    if (same === undefined) byStem.set(stemKey, [entry])
    else same.push(entry)
  }
  return { entries: [...series.values()], byStem: { listing, byStem } }
}

interface PartnerIndex {
  readonly listing: Listing
  readonly byStem: ReadonlyMap<string, readonly Entry[]>
}

/** An image of the same name in another series, so placed that one may be the mask of the other. */
function findPartner(entry: Entry, { listing, byStem }: PartnerIndex): Entry | undefined {
  const own = factsOf(listing, entry.folder)
  // A folder of masks for every image bears the image's name.
  const inner = entry.folder.slice(entry.folder.lastIndexOf('/') + 1).toLowerCase()
  const named = own.kind === 'none' ? [] : (byStem.get(inner) ?? [])
  for (const other of [...(byStem.get(entry.stem.toLowerCase()) ?? []), ...named]) {
    if (other.series === entry.series || other.series.kind !== 'none') continue
    if (other.folder === entry.folder) return other
    const theirs = factsOf(listing, other.folder)
    if (!own.classes.every((name) => theirs.classes.includes(name))) continue
    if (entry.series.kind !== 'none') return other
    if (own.unknown.some((name) => !theirs.unknown.includes(name))) return other
  }
  return undefined
}
