/** From names in a job to folders of the station: below what it was given, and nowhere else. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { refused } from '../problem.ts'

export interface JobFolders {
  /** Datasets that were exported here, or prepared; a job finds others in {@link datasets}. */
  readonly own: string
  /** `--datasets`, `--runs`, `--models`; null where they were not given. */
  readonly datasets: string | null
  readonly runs: string | null
  readonly models: string | null
}

/** @throws {ProblemError} 404: there is none. */
export function datasetFolder({ own, datasets }: JobFolders, name: string): string {
  const places = [own, ...(datasets === null ? [] : [datasets])].map((root) => join(root, name))
  const found = places.find(existsSync)
  if (found === undefined)
    throw refused(
      404,
      'NO_DATASET',
      `there is no dataset ${name}: export one (POST /v1/manifests), or start with --datasets`,
    )
  return found
}

/** @throws {ProblemError} 409: the station was not given such a folder. */
export function madeFolder(root: string | null, option: '--runs' | '--models', name: string): string {
  if (root === null)
    throw refused(409, 'NO_FOLDER', `the station was started without ${option} DIR, which this job writes to`)
  return join(root, name)
}
