/**
 * What the words in a label column say: good or not. Words as for folders, in many languages; numbers and truth values by what the
 * column asks.
 */
import type { ClassChoice } from './folder-classes.ts'
import { folderMeaning, normaliseName } from './names/folder-meaning.ts'
import type { Label } from './sample.ts'

export interface MeantLabel {
  readonly label: Label
  /** Where the word names a kind of defect; null where it only says that there is one. */
  readonly defect: string | null
}

/** Columns in which "yes" means good. */
const asksForGood = /^(is|label|image)?(ok|good|normal|nominal|pass|passed|accepted|io|gut|intact|conform)$/
/** Columns in which "yes", or 1, means a defect: those that ask for it, and the customary numbers of labels. */
const asksForDefect =
  /^(labels?|targets?|class|classlabel|label(index|id)|gtlabel|gt|y|ytrue|groundtruth(label)?|imagelabel|anomalylabel|(is|has)?(anomaly|anomalous|defect|defective|defects|bad|ng|nok|faulty|fail|failed)|klasse)$/

const yes = new Set(['true', 'yes', 'y', 't', 'ja', 'oui', 'si', 'sí', 'wahr', 'vrai'])
const no = new Set(['false', 'no', 'n', 'f', 'nein', 'non', 'falsch', 'faux'])
const nominalWords = new Set(['negative', 'neg'])
const anomalousWords = new Set(['positive', 'pos'])

/**
 * @param choice - Words that the user has named.
 * @returns undefined for a word that says nothing by itself.
 */
export function meaningOfLabel(word: string, column: string, choice: ClassChoice): MeantLabel | undefined {
  const good: MeantLabel = { label: 'nominal', defect: null }
  const bad = (defect: string | null = null): MeantLabel => ({ label: 'anomalous', defect })
  const same = (other: string): boolean => normaliseName(other) === normaliseName(word) || other === word
  if (choice.good !== null && same(choice.good)) return good
  if (choice.defects?.some(same)) return bad(word)
  const truth = truthOf(word)
  if (truth !== null) {
    const name = normaliseName(column)
    if (asksForGood.test(name)) return truth ? good : bad()
    if (asksForDefect.test(name)) return truth ? bad() : good
    return undefined // a result of 1: who knows
  }
  const name = normaliseName(word)
  if (nominalWords.has(name)) return good
  if (anomalousWords.has(name)) return bad()
  const meaning = folderMeaning(word)
  if (meaning === 'nominal') return good
  if (meaning === 'defect') return bad()
  return meaning === 'defect-kind' ? bad(word) : undefined
}

/** 1, 1.0, true, yes and their opposites; null for anything else. */
function truthOf(word: string): boolean | null {
  const lower = word.toLowerCase()
  if (yes.has(lower) || /^1(\.0*)?$/.test(word)) return true
  return no.has(lower) || /^-?0(\.0*)?$/.test(word) ? false : null
}

/** `OK (40) is nominal; NOK (20) is anomalous`, for the words that were met. */
export function describeLabels(
  counts: ReadonlyMap<string, { readonly count: number; readonly label: Label }>,
): string {
  const of = (wanted: Label): string => {
    const words = [...counts].filter(([, { label }]) => label === wanted)
    const shown = words.slice(0, 12).map(([word, { count }]) => `${word} (${count})`)
    const more = words.length > 12 ? ` and ${words.length - 12} more` : ''
    return words.length === 0 ? '' : `${shown.join(', ')}${more} ${words.length > 1 ? 'are' : 'is'} ${wanted}`
  }
  return [of('nominal'), of('anomalous')].filter((text) => text !== '').join('; ')
}
