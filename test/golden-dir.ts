/**
 * Where tests find what lies outside the project: reference vectors, real images, pretrained weights.
 *
 * A test that needs them skips with the reason shown in its name when they are absent; `.ci/run` fails when the
 * folder is there and such a test skipped all the same.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, it } from 'vitest'

const shared = resolve(import.meta.dirname, '../../shared')

export const goldenDir = process.env.GOLDEN_DIR ?? join(shared, 'golden')
/** The second set: vision transformers and the detectors that came with them. */
export const laterGoldenDir = process.env.GOLDEN_DIR ?? join(shared, 'golden-2026-11')
export const dataDir = join(shared, 'data')
export const weightsDir = join(shared, 'weights')

/**
 * `describe`, skipped with a visible reason when `folder` does not exist. The body is then never called: it may read what
 * its tests need.
 */
export function describeWith(folder: string, title: string, body: () => void): void {
  if (existsSync(folder)) describe(title, body)
  else it.skip(`${title} [skipped: ${folder} is absent]`)
}
