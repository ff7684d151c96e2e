/** Which images, read how. */
import { layoutNames } from '../dataset/sample.ts'
import { parseWhere } from '../dataset/where.ts'
import type { PixelRange } from '../image/pixel-reading.ts'
import { bad, choice, good, type Notation, noted, path, problemOf, text } from './kinds.ts'
import type { Values } from './option.ts'

const group = 'Dataset'

/** What most commands begin with. */
export const datasetOperand = {
  dataset: path({
    help: 'Folder of images, or a manifest file.',
    isOperand: true,
    isRequired: true,
    mustExist: 'no such file or folder',
  }),
}

const names: Notation<readonly string[]> = {
  placeholder: 'NAMES',
  parse(text) {
    const all = text.split(',').map((name) => name.trim())
    return all.includes('') ? bad(`expected names with commas between them, got "${text}"`) : good(all)
  },
  format: (all) => all.join(','),
  is: (raw): raw is readonly string[] =>
    Array.isArray(raw) && raw.length > 0 && raw.every((name) => typeof name === 'string' && name !== ''),
}

const levels: Notation<PixelRange> = {
  placeholder: 'LOW..HIGH',
  parse(text) {
    const number = String.raw`([+-]?\d+(?:\.\d+)?)`
    const [, low, high] = new RegExp(`^${number}\\.\\.${number}$`).exec(text) ?? []
    return Number(low) < Number(high)
      ? good({ low: Number(low), high: Number(high) })
      : bad(`expected LOW..HIGH, rising, got "${text}"`)
  },
  format: ({ low, high }) => `${low}..${high}`,
  is: (raw): raw is PixelRange =>
    typeof raw === 'object' &&
    raw !== null &&
    'low' in raw &&
    'high' in raw &&
    Number.isFinite(raw.low) &&
    Number.isFinite(raw.high) &&
    Number(raw.low) < Number(raw.high),
}

const pageNumber: Notation<number | 'all'> = {
  placeholder: 'N|all',
  parse: (text) =>
    text === 'all' || /^[1-9]\d{0,5}$/.test(text)
      ? good(text === 'all' ? text : Number(text))
      : bad(`expected a page from 1, or all, got "${text}"`),
  format: String,
  is: (raw): raw is number | 'all' => raw === 'all' || (Number.isSafeInteger(raw) && Number(raw) >= 1),
}

export const datasetOptions = {
  layout: choice(['auto', ...layoutNames], {
    help: 'How the folder is laid out; `auto` recognises it.',
    group,
    default: 'auto',
  }),
  good: text({
    help: 'Folder of good parts, by name or path, where its name does not say so; `.` is the dataset itself.',
    group,
    placeholder: 'NAME',
  }),
  defects: noted(names, {
    help: 'Folders of defects, by name or path, commas between them; what is not named is left out.',
    group,
  }),
  partPattern: text({
    help: 'Part id: first group of this regular expression, matched against the path within the dataset.',
    group,
    placeholder: 'REGEX',
    check: checkPartPattern,
  }),
  parts: choice(['given', 'inferred'], {
    help: 'Take part ids as given, or infer which images show one part from their likeness.',
    group,
    default: 'given',
  }),
  where: text({
    help: 'Use only these samples, e.g. `angle in 170..190 and not lot = A`.',
    group,
    placeholder: 'EXPRESSION',
    check: (expression) => problemOf(() => parseWhere(expression)),
  }),
  range: noted(levels, {
    help: 'What becomes black and white in files of more than 8 bits; lies outside is clipped.',
    group,
    defaultText: 'taken from the dataset',
  }),
  page: noted(pageNumber, {
    help: 'Which page of files that have several.',
    group,
    defaultText: '1',
  }),
}

export type DatasetRequest = Values<typeof datasetOperand & typeof datasetOptions>

/** @returns What is wrong with the pattern, or undefined. */
function checkPartPattern(pattern: string): string | undefined {
  try {
    // An alternative that matches nothing makes the groups countable.
    const groups = (new RegExp(`${pattern}|`).exec('')?.length ?? 1) - 1
    return groups >= 1
      ? undefined
      : `expected a group in parentheses that captures the part id, got "${pattern}"`
  } catch (error) {
    return `expected a regular expression: ${(error as Error).message}`
  }
}
