/**
 * Says of a weights file what is known about it: by hash where it is registered, by the record made when it was
 * downloaded otherwise.
 *
 * The record is `<file>.sha256` beside the file, in the format of `sha256sum`; one made by hand counts as well, which
 * is how weights of one's own are pinned.
 */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { ModelError } from '../errors.ts'
import { isSystemError, systemReason, writeFileAtomic } from '../files/atomic.ts'
import { sha256File } from '../files/hash.ts'
import { findKnownFile, weightsRegistry } from './weights-registry.ts'

/**
 * `registered`: the registry knows the hash. `recorded`: equal to the record beside it. `unknown`: neither, so nothing
 * proves or disproves it.
 */
export type Trust = 'registered' | 'recorded' | 'unknown'

export interface CheckedWeights {
  readonly path: string
  /** Lower-case hexadecimal. */
  readonly sha256: string
  readonly trust: Trust
  readonly licence: string | null
  readonly source: string | null
}

/**
 * Cost: one pass over the file.
 *
 * @param name - Backbone the file is for.
 * @throws {ModelError} The file cannot be read, or its hash is not the recorded one.
 */
export async function checkWeightsFile(name: string, path: string): Promise<CheckedWeights> {
  const sha256 = await hashOf(path)
  const known = findKnownFile(name, sha256)
  if (known !== undefined) {
    return { path, sha256, trust: 'registered', licence: known.licence, source: known.source }
  }
  const recorded = await readRecord(path)
  if (recorded !== undefined && recorded !== sha256) {
    throw new ModelError(
      path,
      `is damaged or was replaced: expected sha256 ${recorded} (from ${basename(path)}.sha256), found ${sha256}; ` +
        'delete it and pull it again',
    )
  }
  const entry = recorded === undefined ? undefined : weightsRegistry.find((each) => each.name === name)
  const isUnpinned = entry !== undefined && entry.sha256 === null
  return {
    path,
    sha256,
    trust: recorded === undefined ? 'unknown' : 'recorded',
    licence: isUnpinned ? entry.licence : null,
    source: isUnpinned ? entry.source : null,
  }
}

/** Remembers the hash of a file beside it, so that later damage is noticed. */
export async function writeRecord(path: string, sha256: string): Promise<void> {
  await writeFileAtomic(`${path}.sha256`, `${sha256}  ${basename(path)}\n`)
}

async function readRecord(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(`${path}.sha256`, 'utf8')
    const found = /^([0-9a-fA-F]{64})\b/.exec(text.trim())
    if (found === null) throw new ModelError(`${path}.sha256`, 'holds no sha256')
    return found[1]!.toLowerCase()
  } catch (cause) {
    if (isSystemError(cause) && cause.code === 'ENOENT') return undefined
    throw cause
  }
}

async function hashOf(path: string): Promise<string> {
  try {
    return await sha256File(path)
  } catch (cause) {
    throw isSystemError(cause)
      ? new ModelError(path, `cannot be read: ${systemReason(cause)}`, { cause })
      : cause
  }
}
