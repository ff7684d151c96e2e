// Prints the README's examples of the library as one module: imports first, then what follows them.
import { readFileSync } from 'node:fs'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const lines = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].flatMap(([, block]) =>
  block.trimEnd().split('\n'),
)
if (lines.length === 0) throw new Error('README.md: has no example in TypeScript')
const isImport = (line) => line.startsWith('import ')
console.log([...lines.filter(isImport), ...lines.filter((line) => !isImport(line))].join('\n'))
