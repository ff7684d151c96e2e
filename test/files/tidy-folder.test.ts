/** What a trial makes is taken away again, and nothing else. */
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { rememberFolder } from '../../src/files/tidy-folder.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const home = temporaryFolder()

it('takes away what has come since, and leaves what was there', async () => {
  const folder = join(home, 'used')
  mkdirSync(folder)
  writeFileSync(join(folder, 'old'), '')
  const before = await rememberFolder(folder)
  mkdirSync(join(folder, 'new', 'below'), { recursive: true })
  await before.tidy()
  await before.removeEmpty()
  expect(readdirSync(folder)).toEqual(['old'])
})

it('takes away a folder that was not there, with those above it, as far as they are empty', async () => {
  const folder = join(home, 'a', 'b', 'c')
  const before = await rememberFolder(folder)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'new'), '')
  writeFileSync(join(home, 'a', 'of somebody'), '')
  await before.tidy()
  await before.removeEmpty()
  expect(readdirSync(join(home, 'a'))).toEqual(['of somebody'])
})

it('takes nothing away where it could not see what was there', async () => {
  const folder = join(home, 'turning')
  symlinkSync(folder, folder) // of a disk that does not answer
  const before = await rememberFolder(folder)
  rmSync(folder)
  mkdirSync(folder)
  writeFileSync(join(folder, 'records'), '')
  await before.tidy()
  await before.removeEmpty()
  expect(existsSync(join(folder, 'records'))).toBe(true)
})
