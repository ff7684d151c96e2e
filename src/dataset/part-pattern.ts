/** `--part-pattern`: which part an image shows, read off its id. */
import { UsageError } from '../errors.ts'
import type { DatasetIssue, Sample } from './sample.ts'

/**
 * The samples with their parts replaced by the first group of the pattern, searched for anywhere in the id.
 *
 * A sample that does not match has no part then, and is reported.
 *
 * @throws {UsageError} No regular expression, no group in it, or not one sample that matches.
 */
export function applyPartPattern(
  samples: readonly Sample[],
  pattern: string,
): { readonly samples: readonly Sample[]; readonly issues: readonly DatasetIssue[] } {
  const regex = compile(pattern)
  const issues: DatasetIssue[] = []
  const renamed = samples.map((sample): Sample => {
    const part = regex.exec(sample.id)?.[1] ?? null
    if (part === null || part === '') {
      const message = `its id ${sample.id} does not match --part-pattern ${pattern}`
      issues.push({ kind: 'no-part', severity: 'warning', path: sample.path, message })
    }
    return { ...sample, part: part || null }
  })
  if (samples.length > 0 && issues.length === samples.length) {
    throw new UsageError(
      `--part-pattern: ${pattern} matches none of ${samples.length} samples, such as ${samples[0]!.id}`,
    )
  }
  return { samples: renamed, issues }
}

function compile(pattern: string): RegExp {
  try {
    const regex = new RegExp(pattern, 'u')
    // With an empty alternative it matches anything, and the match tells how many groups there are.
    const groups = (new RegExp(`${pattern}|`, 'u').exec('')?.length ?? 1) - 1
    if (groups > 0) return regex
  } catch (error) {
    throw new UsageError(`--part-pattern: ${pattern} is no regular expression: ${(error as Error).message}`)
  }
  throw new UsageError(
    `--part-pattern: ${pattern} has no group; put the part in parentheses, as in "(\\d+)_"`,
  )
}
