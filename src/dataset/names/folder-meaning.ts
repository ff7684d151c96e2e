/** What the name of a folder says about the pictures in it. Where it says nothing, nothing is assumed. */
import type { Split } from '../sample.ts'
import {
  defectKindWords,
  foregroundWords,
  maskWords,
  measurementWords,
  negationsBefore,
  negationsBehind,
  noClassWords,
  nominalWords,
  ornamentWords,
  pictureWords,
  systemFolders,
  testWords,
  trainWords,
  unnamedDefectWords,
  validationWords,
} from './words.ts'

export type FolderMeaning =
  | 'nominal'
  /** Defects, of a kind that the name does not say. */
  | 'defect'
  /** Defects of the kind that the name says. */
  | 'defect-kind'
  | 'mask'
  | 'foreground'
  | 'pictures'
  | 'measurement'
  /** By its name no class: documents, results, photographs to be sorted. */
  | 'no-class'
  | 'train'
  | 'validation'
  | 'test'
  /** A published test set whose labels are kept back (MVTec AD 2). */
  | 'unlabelled-test'
  | 'unknown'

/** Equal for names that a person would call the same: case, Unicode form, blanks and punctuation do not count. */
export const normaliseName = (name: string): string => wordsOf(name).join('')

/** Words of a name in lower case: parted at punctuation, at `camelCase`, and between letters and digits. */
export function wordsOf(name: string): string[] {
  return name
    .normalize('NFC')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}{2,})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(\p{L})(\d)|(\d)(\p{L})/gu, '$1$3 $2$4')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

const known = new Map<string, FolderMeaning>()

export function folderMeaning(name: string): FolderMeaning {
  const found = known.get(name)
  if (found !== undefined) return found
  const meaning = meaningOf(name)
  if (known.size < 100_000) known.set(name, meaning)
  return meaning
}

export const isSystemFolder = (name: string): boolean =>
  systemFolders.has(name.normalize('NFC').toLowerCase())

export const splitOfMeaning = (meaning: FolderMeaning): Split | null =>
  meaning === 'train' || meaning === 'validation' || meaning === 'test' ? meaning : null

function meaningOf(name: string): FolderMeaning {
  const all = wordsOf(name)
  const whole = wholeMeaning(all.join(''))
  if (whole !== null) return whole
  if (all[0] === 'test' && all[1] === 'private') return 'unlabelled-test'
  const telling = all.filter((word) => !isOrnament(word))
  if (telling.length === 0) return 'unknown'
  const bare = wholeMeaning(telling.join(''))
  if (bare !== null) return bare
  return mixedMeaning(telling)
}

const isOrnament = (word: string): boolean =>
  ornamentWords.has(word) || pictureWords.has(word) || /^\p{N}+$/u.test(word)

/** Of a name, without blanks, that is one of the words. */
function wholeMeaning(name: string): FolderMeaning | null {
  if (nominalWords.has(name)) return 'nominal'
  if (unnamedDefectWords.has(name)) return 'defect'
  if (foregroundWords.has(name)) return 'foreground'
  if (maskWords.has(name)) return 'mask'
  if (trainWords.has(name)) return 'train'
  if (testWords.has(name)) return 'test'
  if (validationWords.has(name)) return 'validation'
  if (pictureWords.has(name)) return 'pictures'
  if (measurementWords.has(name)) return 'measurement'
  if (noClassWords.has(name)) return 'no-class'
  if (defectKindWords.has(name)) return 'defect-kind'
  return null
}

/** Of several words: masks of whatever, negations, kinds of defects; good parts only where nothing else is said. */
function mixedMeaning(names: readonly string[]): FolderMeaning {
  const has = (set: ReadonlySet<string>): boolean => names.some((name) => set.has(name))
  if (has(maskWords) || /ground_?truth/.test(names.join('_')))
    return has(foregroundWords) ? 'foreground' : 'mask'
  const turned = negated(names)
  if (turned !== null) return turned
  const rest = names.filter((name) => !isSplitWord(name))
  if (rest.length === 1 && rest.length < names.length) {
    const bare = wholeMeaning(rest[0]!)
    if (bare === 'nominal' || bare === 'defect' || bare === 'defect-kind') return bare
  }
  if (has(nominalWords) && !names.every((name) => nominalWords.has(name))) return 'unknown'
  if (has(nominalWords)) return 'nominal'
  if (names.every((name) => unnamedDefectWords.has(name))) return 'defect'
  return has(defectKindWords) || has(unnamedDefectWords) ? 'defect-kind' : 'unknown'
}

const isSplitWord = (name: string): boolean =>
  trainWords.has(name) || testWords.has(name) || validationWords.has(name)

function negated(names: readonly string[]): 'nominal' | 'defect' | null {
  if (names.length !== 2) return null
  const [first, second] = names as [string, string]
  const isBad = (name: string): boolean => unnamedDefectWords.has(name) || defectKindWords.has(name)
  if (negationsBefore.has(first)) {
    if (isBad(second)) return 'nominal'
    if (nominalWords.has(second)) return 'defect'
  }
  return negationsBehind.has(second) && isBad(first) ? 'nominal' : null
}

/** The defect that a folder of anomalous images names; null where its name only says that there is one. */
export function defectNameOf(folder: string): string | null {
  const words = wordsOf(folder).filter((word) => !pictureWords.has(word))
  return unnamedDefectWords.has(words.join('')) ? null : folder
}

/** A few of each, for messages. */
export const exampleNames = { nominal: 'good, ok, normal, pass', defect: 'bad, ng, defect, anomaly' } as const
