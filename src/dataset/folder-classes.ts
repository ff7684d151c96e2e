/**
 * What the folders of a dataset say about the photographs in them: good or defective, which defect, which published split.
 *
 * `train`, `test`, `images` and the like are looked through, wherever they stand in the path; of what is left the first name is the class.
 * Names that say nothing are `unknown` here: whether such a folder holds defects is decided where its masks are known, or by the user.
 */

import { mustGet } from '../present.ts'
import { folderOf } from './listing.ts'
import {
  defectNameOf,
  type FolderMeaning,
  folderMeaning,
  normaliseName,
  splitOfMeaning,
} from './names/folder-meaning.ts'
import type { Split } from './sample.ts'

/** `--good` and `--defects`: names of folders, or paths of folders relative to the root; `.` is the root itself. */
export interface ClassChoice {
  readonly good: string | null
  /** Null where nothing was named: then names decide. */
  readonly defects: readonly string[] | null
}

export const noChoice: ClassChoice = { good: null, defects: null }

export type ClassKind =
  | 'nominal'
  | 'anomalous'
  | 'unknown'
  /** Directly in the root, or in a split, or in folders that only say that there are pictures. */
  | 'none'
  | 'no-class'
  | 'measurement'
  | 'unlabelled'
  /** Not among the folders that the user named. */
  | 'not-named'

export interface FolderClass {
  readonly kind: ClassKind
  /** Name of the folder that is the class; '' for `none`. */
  readonly name: string
  readonly defect: string | null
  readonly split: Split | null
  /** What lies between root and class: a category, a camera; '' where nothing does. */
  readonly prefix: string
  /** Whether the prefix is a dataset by itself, one of several perhaps: nothing of the dataset lies above it. */
  readonly isNested: boolean
  /** Folders below the class, joined by `/`; '' for none. */
  readonly rest: string
}

interface Step {
  readonly name: string
  readonly meaning: FolderMeaning
}

/** @returns The class of every folder that one of the photographs lies in. Cost: linear in folders. */
export function classifyFolders(
  photographs: readonly string[],
  choice: ClassChoice = noChoice,
): ReadonlyMap<string, FolderClass> {
  const folders = [...new Set(photographs.map(folderOf))]
  const steps = new Map(folders.map((folder) => [folder, stepsOf(folder)]))
  const isTop = [...steps.values()].some(
    (each) => each.inner[0] !== undefined && kindOf(each.inner[0], choice) === 'nominal',
  )
  return new Map(folders.map((folder) => [folder, classOf(folder, mustGet(steps, folder), isTop, choice)]))
}

interface Steps {
  readonly split: Split | null
  readonly isUnlabelled: boolean
  readonly inner: readonly Step[]
  /** How many of the inner names lie above the split; all of them where there is none. */
  readonly aboveSplit: number
}

function stepsOf(folder: string): Steps {
  const all = (folder === '' ? [] : folder.split('/')).map(
    (name): Step => ({ name, meaning: folderMeaning(name) }),
  )
  const first = all.find(({ meaning }) => splitOfMeaning(meaning) !== null)
  const isInner = (step: Step): boolean =>
    step !== first && !['pictures', 'unlabelled-test'].includes(step.meaning)
  const inner = all.filter(isInner)
  return {
    split: first === undefined ? null : splitOfMeaning(first.meaning),
    isUnlabelled: all.some(({ meaning }) => meaning === 'unlabelled-test'),
    inner,
    aboveSplit: first === undefined ? inner.length : all.slice(0, all.indexOf(first)).filter(isInner).length,
  }
}

/** @param isTop - Folders of good parts lie uppermost: then classes do. Else the first folder that says something is the class. */
function classOf(
  folder: string,
  { split, isUnlabelled, inner, aboveSplit }: Steps,
  isTop: boolean,
  choice: ClassChoice,
): FolderClass {
  const named = chosenKind(folder, choice)
  const telling = inner.findIndex((step) => ['nominal', 'anomalous'].includes(kindOf(step, choice)))
  const at = isTop || telling < 0 ? 0 : telling
  const step = inner[at]
  const rest = inner.slice(at + 1).map(({ name }) => name)
  const prefix = inner
    .slice(0, at)
    .map(({ name }) => name)
    .join('/')
  const base = {
    split,
    prefix,
    isNested: prefix !== '' && aboveSplit > 0,
    name: step?.name ?? '',
    defect: null,
    rest: rest.join('/'),
  }
  if (inner.some(({ meaning }) => meaning === 'measurement')) return { ...base, kind: 'measurement' }
  if (isUnlabelled && named === null) return { ...base, kind: 'unlabelled' }
  if (named === 'nominal') return { ...base, kind: 'nominal' }
  if (named === 'anomalous') return { ...base, ...anomalous(step?.name ?? null, rest) }
  if (step === undefined) return { ...base, kind: choice.defects === null ? 'none' : 'not-named' }
  const isAside = inner.some(
    ({ meaning }, i) => meaning === 'no-class' && chosenStep(inner[i]!, choice) === null,
  )
  if (isAside) return { ...base, kind: 'no-class' }
  const kind = kindOf(step, choice)
  return kind === 'anomalous' ? { ...base, ...anomalous(step.name, rest) } : { ...base, kind }
}

/** `NG/dent/1.png` shows a dent, `NG/1.png` a defect of unknown kind, as does `NG/2026-03-01/1.png`. */
export function anomalous(
  name: string | null,
  rest: readonly string[],
): Pick<FolderClass, 'kind' | 'defect' | 'rest'> {
  const own = name === null ? null : defectNameOf(name)
  const [inner, ...more] = rest
  const isKind = own === null && inner !== undefined && /\p{L}{2}|^\p{L}+$/u.test(inner)
  return { kind: 'anomalous', defect: isKind ? inner : own, rest: (isKind ? more : rest).join('/') }
}

function kindOf(step: Step, choice: ClassChoice): ClassKind {
  const chosen = chosenStep(step, choice)
  if (chosen !== null) return chosen
  if (choice.defects !== null && choice.good !== null) return 'not-named'
  const { meaning } = step
  if (meaning === 'nominal') return choice.good === null ? 'nominal' : 'not-named'
  if (meaning === 'defect' || meaning === 'defect-kind')
    return choice.defects === null ? 'anomalous' : 'not-named'
  if (meaning === 'no-class') return 'no-class'
  return choice.defects === null ? 'unknown' : 'not-named'
}

function chosenStep({ name }: Step, { good, defects }: ClassChoice): 'nominal' | 'anomalous' | null {
  const own = normaliseName(name)
  const isOf = (choice: string): boolean =>
    !choice.includes('/') && choice !== '.' && normaliseName(choice) === own
  if (good !== null && isOf(good)) return 'nominal'
  return defects?.some(isOf) ? 'anomalous' : null
}

/** By a path, or by the name of a folder that is otherwise looked through (`train`, `images`): the longest decides. */
function chosenKind(folder: string, { good, defects }: ClassChoice): 'nominal' | 'anomalous' | null {
  const names = folder.split('/').map(normaliseName)
  const reach = (choice: string): number => {
    const path = choice.replace(/^\.\//, '').replace(/\/+$/, '')
    if (path === '.' || path === '') return folder === '' ? 1 : 0
    if (path.includes('/')) return `${folder}/`.startsWith(`${path}/`) ? path.length + 1 : 0
    const meaning = folderMeaning(path)
    const isThrough = splitOfMeaning(meaning) !== null || ['pictures', 'unlabelled-test'].includes(meaning)
    return isThrough && names.includes(normaliseName(path)) ? 1 : 0
  }
  const nominal = good === null ? 0 : reach(good)
  const bad = Math.max(0, ...(defects ?? []).map(reach))
  if (nominal === 0 && bad === 0) return null
  return nominal >= bad ? 'nominal' : 'anomalous'
}
