/**
 * A finished run whose place another takes: said before the work, and gone before anything of the other lies beside it, so that no
 * figures of one stand with maps, curves or options of the other, however early the other is stopped.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { InputError } from '../../errors.ts'
import { isSystemError, systemReason } from '../../files/atomic.ts'
import { maybeReadJson } from '../../files/read-json.ts'
import { decisiveConfig } from '../../options/config-file.ts'
import { nameOf } from '../../options/option.ts'
import { type EvaluateRequest, evaluateAsk } from '../../options/requests/evaluate.ts'
import type { RunCard } from '../open/open-run.ts'

export interface EarlierRun {
  /** `--detector was patchcore, is padim`: options that decide about figures; none where the same is done again. */
  readonly changes: readonly string[]
  /** Whether a run with this card, and the options that were asked for, is the same once more. */
  isSame(card: RunCard): boolean
}

/** `evaluation.json` first: without it, a run is not finished. */
const results = [
  'evaluation.json',
  'scores.csv',
  'report.html',
  'report-data.json',
  'diagnosis.json',
  'curves',
  'maps',
]

const finishedSchema = z.looseObject({
  plumbline: z.string(),
  dataset: z.looseObject({ fingerprint: z.string() }),
  backbone: z.looseObject({ weights: z.string() }),
})

/** @returns Null where no finished run is in the folder. @throws {InputError} Its files cannot be read. */
export async function findEarlierRun(request: EvaluateRequest): Promise<EarlierRun | null> {
  const { out } = request
  const finished = await maybeReadJson(join(out, 'evaluation.json'), finishedSchema)
  if (finished === undefined) return null
  const had = (await maybeReadJson(join(out, 'config.json'), z.record(z.string(), z.unknown()))) ?? {}
  const has = decisiveConfig(evaluateAsk.options, request)
  const names = Object.entries(evaluateAsk.options)
    .filter(([, { isBookkeeping }]) => !isBookkeeping)
    .map(([key, option]) => nameOf(key, option))
  const changes = names
    .filter((name) => !isDeepStrictEqual(had[name] ?? null, has[name] ?? null))
    .map((name) => `--${name} was ${shown(had[name])}, is ${shown(has[name])}`)
  return {
    changes,
    isSame: ({ plumbline, fingerprint, backbone: { weights } }) =>
      changes.length === 0 &&
      plumbline === finished.plumbline &&
      fingerprint === finished.dataset.fingerprint &&
      weights === finished.backbone.weights,
  }
}

/** Its figures, pictures, curves and maps go; models as they are replaced. @throws {InputError} One cannot be removed. */
export async function removeResults(out: string): Promise<void> {
  for (const name of results) {
    const path = join(out, name)
    try {
      await rm(path, { recursive: true, force: true })
    } catch (cause) {
      if (isSystemError(cause)) throw new InputError(path, systemReason(cause), { cause })
      throw cause
    }
  }
}

const shown = (value: unknown): string =>
  value === undefined || value === null
    ? 'not given'
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)
