/** The command line as users run it: a process of its own. Few cases, since each costs a start; the rest is in `main.test.ts`. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { version } from '../../src/version.ts'

const root = join(import.meta.dirname, '../..')
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-spawn-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

interface Started {
  readonly child: ReturnType<typeof spawn>
  readonly ended: Promise<Ended>
}

function start(...argv: string[]): Started {
  // The paths of the loader and the program are absolute, so that the command runs in a folder of its own.
  const loader = import.meta.resolve('tsx')
  const child = spawn(process.execPath, ['--import', loader, join(root, 'src/cli/bin.ts'), ...argv], {
    cwd: folder,
    env: { ...process.env, HOME: folder, XDG_CACHE_HOME: folder, PLUMBLINE_WEIGHTS: '', PLUMBLINE_CACHE: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout!.on('data', (data) => (out += data))
  child.stderr!.on('data', (data) => (err += data))
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err }))) }
}
const run = (...argv: string[]): Promise<Ended> => start(...argv).ended

describe('plumbline as a process', () => {
  it('--version', async () => {
    expect(await run('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  it('help of a command', async () => {
    const { code, out, err } = await run('evaluate', '--help')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('Usage: plumbline evaluate DATASET --out DIR [OPTIONS]')
  })

  it('an unknown option', async () => {
    expect(await run('evaluate', 'x', '--out', 'y', '--fold', '3')).toEqual({
      code: 2,
      out: '',
      err: 'plumbline evaluate: unknown option --fold; did you mean --folds?\nSee `plumbline evaluate --help`.\n',
    })
  })

  it('a path that is not there, as JSON', async () => {
    const { code, out } = await run('evaluate', 'nowhere', '--out', 'y', '--json')
    expect(code).toBe(3)
    expect(JSON.parse(out).error).toMatchObject({ code: 'INPUT', path: expect.stringMatching(/nowhere$/) })
  })

  it('weights list --json is one document', async () => {
    const { code, out } = await run('weights', 'list', '--json')
    expect(code).toBe(0)
    const { backbones } = JSON.parse(out)
    expect(backbones.map(({ name }: { name: string }) => name)).toContain('mobilenet_v2')
    for (const { licence } of backbones) expect(licence).toMatch(/\w/)
  })

  it('a reader that leaves is no failure', async () => {
    const { child, ended } = start('help', 'evaluate')
    child.stdout!.destroy()
    expect(await ended).toMatchObject({ code: 0, err: '' })
  })

  it('Ctrl-C stops cleanly, and the same command goes on from there', async () => {
    const words = '--parts 40 --defective-parts 20 --images-per-part 2 --size 48 --threads 1 --json'
    const argv = ['simulate', '--out', 'parts', ...words.split(' ')]
    const images = join(folder, 'parts/images')
    const count = (): number =>
      existsSync(images) ? readdirSync(images).filter((name) => name.endsWith('.png')).length : 0

    const { child, ended } = start(...argv)
    while (count() < 3) await setImmediate()
    child.kill('SIGINT')
    const { code, out, err } = await ended
    expect(code).toBe(130)
    expect(JSON.parse(out).error.code).toBe('CANCELLED')
    expect(err).toContain('the same command goes on from there')
    const kept = readdirSync(images).map((name) => [name, statSync(join(images, name)).mtimeMs] as const)
    expect(kept.length).toBeLessThan(120)

    const again = await run(...argv)
    expect(again).toMatchObject({ code: 0 })
    expect(count()).toBe(120)
    for (const [name, changed] of kept) expect(statSync(join(images, name)).mtimeMs).toBe(changed)
  })
})
