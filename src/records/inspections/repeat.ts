/** What a retry has in common with the request that it repeats. */
import { UsageError } from '../../errors.ts'
import { sha256 } from '../../files/hash.ts'
import type { RepeatKey } from '../records.ts'

/** Null where nothing tells a retry from a new part. */
export function repeatKeyOf({
  idempotencyKey,
  imageHash,
  part,
  capturedAt,
  shadowOf,
  model,
}: RepeatKey): string | null {
  if (shadowOf !== null) return `shadow:${shadowOf}:${model?.fingerprint ?? ''}`
  if (idempotencyKey !== null) return `key:${idempotencyKey}`
  if (part === null || capturedAt === null) return null
  return `image:${sha256(JSON.stringify([imageHash, part, capturedAt]))}`
}

/** @throws {UsageError} One key, two images: the client must not get the verdict of another part. */
export function checkSameImage(asked: RepeatKey, foundHash: string): void {
  if (asked.shadowOf !== null || asked.imageHash === foundHash) return
  throw new UsageError(
    `idempotency key ${asked.idempotencyKey}: it was used for another image; give every part its own`,
  )
}
