/** The samples of a dataset as a manifest that a person can correct and every command can read. */
import { dirname, relative, resolve, sep } from 'node:path'
import { manifestText, type Row } from '../../dataset/manifest-text.ts'
import type { Sample } from '../../dataset/sample.ts'
import { writeFileAtomic } from '../../files/atomic.ts'

/** Part by part. @throws {InputError} The file cannot be written. */
export async function writeManifest(path: string, samples: readonly Sample[]): Promise<void> {
  const folder = dirname(resolve(path))
  const place = (file: string | undefined): string =>
    file === undefined ? '' : relative(folder, file).split(sep).join('/')
  const rows = [...samples]
    .sort((a, b) => compare(a.part ?? '', b.part ?? '') || compare(a.id, b.id))
    .map(
      (sample): Row => ({
        path: place(sample.path),
        label: sample.label,
        part: sample.part ?? '',
        defect: sample.defect ?? '',
        mask: place(sample.mask?.path),
        foreground: place(sample.foreground?.path),
        split: sample.split ?? '',
        ...sample.attributes,
      }),
    )
  await writeFileAtomic(path, manifestText(rows))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
