/**
 * Runs Python, where one with the packages asked for is at hand: `PLUMBLINE_PYTHON`, or the virtual environment that `.ci/run` makes.
 * For references and consumers in tests; nothing of ours needs it.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const candidates = [
  process.env.PLUMBLINE_PYTHON,
  join(tmpdir(), 'plumbline-python', 'bin', 'python'),
  'python3',
].filter((path): path is string => path !== undefined && path !== '')

const isThere = (path: string): boolean => !path.includes('/') || existsSync(path)

/** The first Python that has all the packages; null where none has. */
export function findPython(packages: readonly string[]): string | null {
  const found = candidates
    .filter(isThere)
    .find(
      (path) => spawnSync(path, ['-c', `import ${packages.join(', ')}`], { stdio: 'ignore' }).status === 0,
    )
  return found ?? null
}

export interface PythonResult {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export function runPython(python: string, args: readonly string[]): PythonResult {
  const { status, stdout, stderr } = spawnSync(python, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  return { status, stdout, stderr }
}
