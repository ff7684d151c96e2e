/**
 * Some of the nominal pictures that a model learnt from, kept in its folder as they were decoded: what a lower precision is calibrated
 * on, and what an export proves itself with, on machines that have never seen the dataset.
 */
import { join } from 'node:path'
import { type Put, writeInto } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import { decodeImage } from '../image/decode-image.ts'
import type { Image } from '../image/image.ts'
import type { ModelCard } from '../wire/model.ts'
import { readChecked } from './check-file.ts'

/** Pictures at most, and bytes of all of them together. */
export const mostFixtures = 64
export const mostFixtureBytes = 64 << 20

export interface Fixture {
  /** Id in the dataset. */
  readonly image: string
  /** PNG, 8 bit: its pixels are those that the model was given. */
  readonly png: Uint8Array
}

/** @param put - Writes a file that takes its place with the others of the model. @throws {InputError} */
export async function putFixtures(
  put: Put,
  folder: string,
  fixtures: readonly Fixture[],
): Promise<ModelCard['fixtures']> {
  const listed: ModelCard['fixtures'] = []
  for (const [i, { image, png }] of fixtures.entries()) {
    const file = `fixture-${String(i).padStart(2, '0')}.png`
    await put(join(folder, file), writeInto(png))
    listed.push({ file, image, bytes: png.length, sha256: sha256(png) })
  }
  return listed
}

/**
 * The pictures, one after the other, each verified: upright RGB as decoded, of the size the camera (or the preparation) gave.
 *
 * @throws {ModelError} One is missing, truncated or altered.
 */
export async function* readFixtures(
  folder: string,
  { fixtures }: Pick<ModelCard, 'fixtures'>,
): AsyncGenerator<{ readonly name: string; readonly image: Image }> {
  for (const fixture of fixtures) {
    const bytes = await readChecked(folder, fixture)
    yield { name: fixture.image, image: await decodeImage(bytes) }
  }
}
