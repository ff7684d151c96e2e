/** Names of models on the hub, which become folders here: nothing gets through that could lead out of the models folder. */
import { join } from 'node:path'
import { UsageError } from '../../errors.ts'

export interface ModelName {
  /** `owner/name`. */
  readonly id: string
  /** Commit, 40 digits; null where none was asked for. Branches and tags move, so they pin nothing. */
  readonly revision: string | null
}

/** Letters, digits and `_.-`, beginning with a letter or digit: no `..`, no absolute path, no backslash. */
const shape = /^([a-z\d][\w.-]{0,95}\/[a-z\d][\w.-]{0,95})(?:@([\da-f]{40}))?$/i

/** @param option - Named in the error. @throws {UsageError} It is no name. */
export function parseModelName(text: string, option: string): ModelName {
  const [, id, revision = null] = shape.exec(text) ?? []
  if (id === undefined || id.includes('..')) {
    throw new UsageError(`${option}: expected owner/name or owner/name@commit, got "${text}"`)
  }
  return { id, revision }
}

/** Folder of a model below the models folder. */
export const modelFolder = (root: string, { id }: ModelName): string => join(root, ...id.split('/'))
