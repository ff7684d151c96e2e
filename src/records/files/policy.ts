/** Which files of an inspection are kept. */
import type { Judged } from '../../wire/station/inspection.ts'
import type { KeepPolicy, Kept } from '../options.ts'
import type { ImageFiles } from '../records.ts'
import type { FileKind } from './file-store.ts'

export interface FileToKeep {
  readonly image: number
  readonly kind: FileKind
  readonly bytes: Uint8Array
}

/** @param isReviewed - It was chosen for review. */
export function filesToKeep(
  policy: KeepPolicy,
  { outcome }: Pick<Judged, 'outcome'>,
  isReviewed: boolean,
  files: readonly ImageFiles[],
): readonly FileToKeep[] {
  const keeps = (kept: Kept): boolean =>
    kept === 'all' || (kept !== 'none' && (isReviewed || outcome !== 'nominal'))
  return files.flatMap(({ picture, map, embedding }, image): FileToKeep[] => [
    ...(keeps(policy.pictures) ? [{ image, kind: 'picture' as const, bytes: picture }] : []),
    ...(keeps(policy.maps) && map !== null ? [{ image, kind: 'map' as const, bytes: map }] : []),
    ...(keeps(policy.embeddings) && embedding !== null
      ? [{ image, kind: 'embedding' as const, bytes: bytesOf(embedding) }]
      : []),
  ])
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength)
