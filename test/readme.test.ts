/**
 * What the README says to type must be something the program understands. Its library example is compiled and run from the
 * package by `.ci/run`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { thisMachine } from '../src/backbone/weights-folder.ts'
import { findCommand } from '../src/cli/commands.ts'
import { generalOptions } from '../src/cli/general-options.ts'
import { parseArguments } from '../src/cli/parse-arguments.ts'
import * as library from '../src/index.ts'

const root = join(import.meta.dirname, '..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1]!)

/** Words as a POSIX shell would split them; quotes, no substitutions. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3]!)
}

const typed = blocks('sh')
  .flatMap((block) => block.split('\n'))
  .map((line) => line.replace(/\s#.*$/, '').trim())
  .filter((line) => line !== '' && !line.startsWith('#'))

describe('README', () => {
  it('has the two commands that do everything on a fresh machine', () => {
    expect(typed).toContain('npm ci && npm run demo')
    expect(typed).toContain('npm ci && npm test')
  })

  const prefix = 'npm run -s plumbline -- '
  const commands = typed.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length))

  it.each(commands)('plumbline %s', async (line) => {
    const [name, ...argv] = wordsOf(line)
    const command = (await findCommand(name!))!
    const options = { ...command.options, ...generalOptions }
    const { values } = parseArguments(argv, options, { cwd: '/somewhere', machine: thisMachine() })
    expect(Object.keys(values)).toEqual(expect.arrayContaining(Object.keys(command.options)))
  })

  it('runs only npm scripts that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    const named = [...readme.matchAll(/npm run (?:-s )?([\w:]+)/g)].map((match) => match[1]!)
    expect(named.length).toBeGreaterThan(5)
    for (const script of named) expect(Object.keys(scripts)).toContain(script)
  })

  it('imports from the library what it exports', () => {
    const [example] = blocks('ts')
    const names = /import \{([^}]*)\} from 'plumbline-vision'/
      .exec(example!)![1]!
      .split(',')
      .map((name) => name.trim())
    expect(names.length).toBeGreaterThan(1)
    for (const name of names) expect(Object.keys(library)).toContain(name)
  })

  it('links to files that exist', () => {
    const links = [...readme.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!)
    for (const link of links.filter((each) => !each.startsWith('http'))) {
      expect(existsSync(join(root, link)), link).toBe(true)
    }
  })
})
