import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { createRecorder } from './recorder.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-cli-simulate-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function simulate(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const recorder = createRecorder({ cwd: folder })
  const code = await main(['simulate', ...argv], recorder)
  return { code, out: recorder.out(), err: recorder.err() }
}

const few = '--parts 2 --defective-parts 2 --images-per-part 1 --size 48 --threads 1'.split(' ')

describe('plumbline simulate', () => {
  it('makes any object, with pathologies of any strength', async () => {
    const sick = ['--pathology', 'blur=0.5', '--pathology', 'background=1', '--pathology', 'noise=0']
    const { code, out } = await simulate('--out', 'rings', '--object', 'ring', ...sick, ...few, '--json')
    expect(code).toBe(0)
    const { images, pathologies, manifest } = JSON.parse(out)
    expect(images.nominal + images.anomalous).toBe(4)
    expect(pathologies).toEqual({ background: images.anomalous, blur: 1 })
    expect(readFileSync(manifest, 'utf8')).toMatch(/^path,label,part/)
    const { options } = JSON.parse(readFileSync(join(folder, 'rings/simulate.json'), 'utf8'))
    expect(options).toMatchObject({ object: 'ring', pathologies: { background: 1, blur: 0.5 } })
  })

  it('says in words what it did', async () => {
    const { out } = await simulate('--out', 'words', '--pathology', 'unreadable=1', ...few)
    expect(out).toBe(
      `${join(folder, 'words')}: 2 nominal and 2 anomalous images of 2 sound and 2 defective parts, unreadable in 1 images\n`,
    )
  })

  it.each([
    [['--pathology', 'blurr=1'], "pathology: unknown 'blurr'; did you mean blur?"],
    [['--pathology', 'lightning-drift=1'], 'did you mean lighting-drift?'],
    [['--pathology', 'qqqqqqq=1'], 'known: few-samples, unbalanced, '],
    [['--pathology', 'blur=2'], 'pathology: blur: expected a strength from 0 to 1, got 2'],
    [['--pathology', 'blur=-0.1'], 'expected a strength from 0 to 1, got -0.1'],
    [['--pathology', 'blur=lots'], 'expected a strength from 0 to 1, got "lots"'],
    [['--pathology', 'blur'], '--pathology: expected NAME=STRENGTH, got "blur"'],
    [['--object', 'wring'], '--object: expected link, ring, plate, weave, got "wring"; did you mean ring?'],
    [
      ['--object', 'ring', '--defects', 'dent'],
      "expected some of a ring's: nick, scratch, chatter, got 'dent'",
    ],
    [['--defects', 'dnet'], 'did you mean dent?'],
    [['--pathology', 'part-scatter=1', '--images-per-part', '1'], 'expected at least 2 images of a part'],
  ])('%j is wrong usage, and nothing is made', async (argv, message) => {
    const { code, out, err } = await simulate('--out', 'never', ...argv)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain(message)
    expect(existsSync(join(folder, 'never'))).toBe(false)
  })
})
