/** The weights that are part of the program: `assets/plumb-s.safetensors` (docs/backbones/plumb-s.md). */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { ModelError } from '../errors.ts'
import { isSystemError, systemReason } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import { decodeSafetensors } from './safetensors.ts'
import type { WeightTensors } from './weight-tensors.ts'
import { embeddedBackbone, shippedBackbone } from './weights-registry.ts'

/** Lower-case hexadecimal; `npm run backbone:distill` prints it. */
export const shippedSha256 = 'a846bf39e4683fe253c8673d609142c1e2841ac35c5d2124249225b224a960b3'

export const shippedPath: string = fileURLToPath(
  new URL(`./assets/${shippedBackbone}.safetensors`, import.meta.url),
)

/** What is known of the difference to the network it imitates; docs/backbones/plumb-s.md has the measurements. */
export const shippedDifference =
  'Against MobileNetV2, which it imitates, it loses 0.035 of AUROC on magnetic tiles never seen (per tile, 95 % interval -0.005 to ' +
  '0.075; 0.825, not 0.859), and none on ball screws (-0.016 to 0.014) and toy figures (-0.010 to 0.005).'

export interface ShippedWeights {
  readonly weights: WeightTensors
  /** `sha256:…` */
  readonly weightsId: string
}

/**
 * Cost: reads the whole file, less than a megabyte.
 *
 * @throws {ModelError} The file is not there, cannot be read, or is not the one that was shipped; says what to do.
 */
export async function openShippedWeights(
  path: string = shippedPath,
  expected: string = shippedSha256,
): Promise<ShippedWeights> {
  const instead =
    `install the program anew, or use --backbone ${embeddedBackbone}, which needs no file and sees less, or weights of ` +
    'your own ("plumbline weights list")'
  const bytes = await readFile(path).catch((cause: unknown) => {
    if (!isSystemError(cause)) throw cause
    const reason = cause.code === 'ENOENT' ? 'is not there' : `cannot be read: ${systemReason(cause)}`
    throw new ModelError(
      path,
      `the weights of ${shippedBackbone} belong to the program; the file ${reason}. Remedy: ${instead}`,
      {
        cause,
      },
    )
  })
  const found = sha256(bytes)
  if (found !== expected) {
    throw new ModelError(
      path,
      `is damaged or was replaced (${bytes.length} bytes): expected sha256 ${expected}, found ${found}. Remedy: ${instead}`,
    )
  }
  return { weights: await decodeSafetensors(bytes, path), weightsId: `sha256:${found}` }
}
