/** What a dataset was taken for, in numbers: what every command begins with. */
import { relative, sep } from 'node:path'
import { type LeftOutKind, leftOut } from './left-out.ts'
import type { Dataset, DatasetIssue, IssueKind, Label, LeftOut, Sample } from './sample.ts'

/** The shape of `wire/understood.ts`. */
export interface UnderstoodDataset {
  layout: string
  why: string
  images: { nominal: number; anomalous: number }
  classes: { name: string; label: Label; images: number; masks: number }[]
  masks: number
  foregrounds: number
  parts: number | null
  columns: string[]
  splits: Record<string, number>
  leftOut: {
    reason: string
    severity: 'error' | 'warning' | 'info'
    count: number
    share: number
    examples: string[]
  }[]
  notes: string[]
}

/**
 * @param samples - Those that are used: without what is unreadable, after `--where`. @param issues - All that are known by now.
 * Cost: linear.
 */
export function understandDataset(
  dataset: Dataset,
  samples: readonly Sample[] = dataset.samples,
  issues: readonly DatasetIssue[] = dataset.issues,
): UnderstoodDataset {
  const classes = new Map<string, { name: string; label: Label; images: number; masks: number }>()
  const columns = new Set<string>()
  const splits: Record<string, number> = {}
  const parts = new Set<string>()
  let masks = 0
  let foregrounds = 0
  let hasPart = samples.length > 0
  const badMasks = new Set(issues.filter(({ kind }) => lostMaskKinds.has(kind)).map(({ path }) => path))
  for (const { label, defect, mask, foreground, part, split, attributes } of samples) {
    const name = label === 'nominal' ? 'good' : (defect ?? 'defect')
    const own = classes.get(`${label} ${name}`) ?? { name, label, images: 0, masks: 0 }
    classes.set(`${label} ${name}`, own)
    own.images++
    if (mask !== null && !badMasks.has(mask.path)) {
      own.masks++
      masks++
    }
    if (foreground !== null) foregrounds++
    if (part === null) hasPart = false
    else parts.add(part)
    if (split !== null) splits[split] = (splits[split] ?? 0) + 1
    for (const column of Object.keys(attributes)) columns.add(column)
  }
  const nominal = samples.filter(({ label }) => label === 'nominal').length
  return {
    layout: dataset.layout,
    why: dataset.why,
    images: { nominal, anomalous: samples.length - nominal },
    classes: [...classes.values()].sort(
      (a, b) =>
        Number(a.label === 'anomalous') - Number(b.label === 'anomalous') || (a.name < b.name ? -1 : 1),
    ),
    masks,
    foregrounds,
    parts: hasPart ? parts.size : null,
    columns: [...columns].sort(),
    splits,
    leftOut: allLeftOut(dataset, issues),
    notes: [...dataset.notes],
  }
}

/** What is behind a mask that takes no part in pixel figures. */
const lostMaskKinds: ReadonlySet<IssueKind> = new Set([
  'unreadable',
  'mask-size',
  'empty-mask',
  'not-a-mask',
  'shared-mask',
  'unusable-annotation',
])

const kinds: Readonly<Record<IssueKind, readonly [string, LeftOutKind]>> = {
  unreadable: ['files that cannot be read', 'image'],
  'unlisted-folder': ['folders that cannot be listed: nobody knows what lies in them', 'note'],
  'missing-mask': ['defective images without a mask', 'note'],
  'mask-size': ['masks of another size than their image', 'mask'],
  'empty-mask': ['masks of defects with nothing inside', 'mask'],
  'label-without-images': ['classes without an image', 'note'],
  'no-nominal': ['no image is good, so there is nothing to learn from', 'note'],
  'duplicate-path': ['files that are named twice', 'note'],
  'conflicting-labels': ['files of which two things are said', 'image'],
  'missing-file': ['files that are named and are not there', 'image'],
  'bad-row': ['rows that cannot be used', 'image'],
  'unknown-file': ['files that belong to no sample', 'image'],
  'no-part': ['images whose part the pattern does not tell', 'aside'],
  'not-a-mask': ['photographs in the place of masks', 'mask'],
  'shared-mask': ['masks that may be of several images', 'mask'],
  'unusable-annotation': ['annotations that cannot be used', 'mask'],
  'doubtful-mask': ['masks of which it is doubtful what is inside', 'mask'],
  'unused-column': ['columns that look like a part or a mask and are not used', 'note'],
}

/** Said by the file, whatever their share: nobody means them. */
const alwaysErrors: ReadonlySet<IssueKind> = new Set([
  'no-nominal',
  'unlisted-folder',
  'conflicting-labels',
  'shared-mask',
  'not-a-mask',
])

const rank = { error: 0, warning: 1, info: 2 } as const

function allLeftOut(dataset: Dataset, issues: readonly DatasetIssue[]): UnderstoodDataset['leftOut'] {
  const byKind = new Map<IssueKind, string[]>()
  const grave = new Set<IssueKind>()
  const within = (path: string): string => relative(dataset.root, path).split(sep).join('/') || '.'
  for (const { kind, path } of issues) {
    const shown = within(path)
    const own = byKind.get(kind)
    if (own === undefined) byKind.set(kind, [shown])
    else own.push(shown)
    if (alwaysErrors.has(kind)) grave.add(kind)
  }
  const masks = dataset.samples.filter(({ mask }) => mask !== null).length
  const samples = new Set(dataset.samples.map(({ path }) => within(path)))
  const groups = [...byKind].flatMap(([kind, paths]) => {
    const [reason, of] = kinds[kind]
    // a file that cannot be read may be a sample still
    const others = paths.filter((path) => !samples.has(path)).length
    const total = of === 'mask' ? Math.max(masks, paths.length) : dataset.samples.length + others
    return leftOut(reason, of, paths, total).map(
      (group): LeftOut => (grave.has(kind) ? { ...group, severity: 'error' } : group),
    )
  })
  return [...dataset.leftOut, ...groups]
    .map((group) => ({ ...group, examples: [...group.examples] }))
    .sort((a, b) => rank[a.severity] - rank[b.severity])
}
