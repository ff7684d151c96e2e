/** Folders of small files for tests, removed afterwards. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'

export type Tree = Readonly<Record<string, string | Uint8Array>>

const made: string[] = []
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

/**
 * Writes files by relative path; a path that ends with `/` is an empty folder. The tree lies alone in a folder: what a dataset is, its
 * neighbours may say too, and beside it in the folder of temporary files lies whatever other programs left.
 */
export function makeTree(files: Tree | readonly string[]): string {
  const alone = mkdtempSync(join(tmpdir(), 'plumbline-tree-'))
  made.push(alone)
  const root = join(alone, 'tree')
  mkdirSync(root)
  const entries = Array.isArray(files) ? files.map((path) => [path, '']) : Object.entries(files)
  for (const [path, content] of entries as [string, string][]) {
    if (path.endsWith('/')) mkdirSync(join(root, path), { recursive: true })
    else {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
    }
  }
  return root
}
