/** What a dataset was taken for, in words: the same in the terminal and on every page. */
import type { Understood } from '../wire/understood.ts'
import { grouped, percent, plural } from './format.ts'

/** Where nothing was left out there is no entry for it; the first entry is the sentence that says the most. */
export function understoodWords(understood: Understood): readonly (readonly [term: string, words: string])[] {
  const { layout, why, images, masks, foregrounds, parts, columns, splits } = understood
  const split = Object.entries(splits).map(([name, count]) => `${name} ${grouped(count)}`)
  return [
    ['Images', `${grouped(images.nominal)} good and ${grouped(images.anomalous)} defective`],
    ['Taken for', why === '' ? layout : `${layout}: ${why}`],
    ['Classes', understood.classes.map(classWords).join(', ')],
    [
      'Masks',
      `${masks === 0 ? 'none of defects' : `${grouped(masks)} of defects`}, ${foregrounds === 0 ? 'none' : grouped(foregrounds)} of the object`,
    ],
    ['Parts', parts === null ? 'not known: every image counts as a part of its own' : grouped(parts)],
    ...(split.length > 0 ? [['Splits', `${split.join(', ')}, as published`] as const] : []),
    ...(columns.length > 0 ? [['Columns', columns.join(', ')] as const] : []),
  ]
}

const classWords = ({ name, label, images, masks }: Understood['classes'][number]): string =>
  `${name} ${grouped(images)}${label === 'nominal' || masks === 0 ? '' : masks === images ? ' with masks' : ` (${grouped(masks)} with masks)`}`

/** How grave a group is, as a reader is told. */
export const severityWords = { error: 'error', warning: 'warning', info: 'note' } as const

/** One left-out group as a line: `masks that belong to no image: 3 (15 %), such as a.png`. */
export function leftOutWords({ reason, count, share, examples }: Understood['leftOut'][number]): string {
  if (examples.every((each) => each === '.')) return reason // said of the dataset as a whole
  const portion = share >= 1 ? ' (all)' : share > 0 ? ` (${percent(share)})` : ''
  return `${reason}: ${grouped(count)}${portion}, such as ${examples.slice(0, 3).join(', ')}`
}

/** In one line. */
export function understoodSentence({ layout, images, masks, parts, leftOut }: Understood): string {
  const left = leftOut.filter(({ severity }) => severity !== 'info').length
  return [
    `taken for ${layout}: ${grouped(images.nominal)} good and ${grouped(images.anomalous)} defective images`,
    masks === 0 ? 'no masks of defects' : `${grouped(masks)} with a mask`,
    parts !== null && plural(parts, 'part'),
    left > 0 && `${plural(left, 'group')} of files left out that may be meant`,
  ]
    .filter((words) => words !== false)
    .join(', ')
}

/** For a headline: what it was, and whether something is wrong. */
export function understoodHeadline({ leftOut, images }: Understood): string {
  const grave = leftOut.filter(({ severity }) => severity === 'error').length
  const all = plural(images.nominal + images.anomalous, 'image')
  return grave === 0 ? `${all} understood` : `${all}, and ${plural(grave, 'thing')} that may not be meant`
}
