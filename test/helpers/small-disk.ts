/** A small file system in memory, to be filled; only a privileged user may mount one. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'

/** @returns Whether it is there: a test that needs it says elsewhere that it was skipped. */
export function mountSmall(path: string, megabytes: number): boolean {
  mkdirSync(path, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export const unmount = (path: string): void => void execFileSync('umount', [path])
