/** Puts the examples in `test/library/examples` into `docs/library.md`; a test fails while they differ. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const page = join(root, 'docs/library.md')
const examples = join(root, 'test/library/examples')

/** @param example - As it lies in the repository. @returns As a user of the package writes it. */
export const asWritten = (example: string): string =>
  example.replace("'../../../src/index.ts'", "'plumbline-vision'")

/** The page with each block of code after `<!-- NAME -->` replaced by that example. */
export function withExamples(text: string): string {
  return readdirSync(examples)
    .sort()
    .reduce((page, name) => {
      const code = asWritten(readFileSync(join(examples, name), 'utf8'))
      const block = new RegExp(`(<!-- ${name} -->\\n)\`\`\`ts\\n[\\s\\S]*?\`\`\``)
      if (!block.test(page)) throw new Error(`docs/library.md: no block of code after <!-- ${name} -->`)
      return page.replace(block, (_, mark: string) => `${mark}\`\`\`ts\n${code}\`\`\``)
    }, text)
}

if (process.argv[1] === import.meta.filename) writeFileSync(page, withExamples(readFileSync(page, 'utf8')))
