import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openScratchFolder, removeScratch } from '../../src/detector/scratch-folder.ts'
import { quietTask, type Task } from '../../src/task.ts'

const [key, other] = ['a', 'b'].map((letter) => letter.repeat(64)) as [string, string]

describe('scratch folders', () => {
  let folder = ''
  let notes: string[] = []
  const task: Task = { ...quietTask, note: (message) => notes.push(message) }
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-scratch-'))
    notes = []
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('give back what was written, to a later fit as well', async () => {
    const inner = join(folder, 'deep', 'down')
    await openScratchFolder(inner, key, task).write('state', Uint8Array.of(1, 2, 3))
    expect(await openScratchFolder(inner, key, task).read('state')).toEqual(Uint8Array.of(1, 2, 3))
    expect(await openScratchFolder(inner, key, task).read('nothing')).toBeUndefined()
    expect(await readdir(inner)).toEqual(['state'])
    await removeScratch(inner)
    expect(await openScratchFolder(inner, key, task).read('state')).toBeUndefined()
    expect(notes).toEqual([])
  })

  it('never give what belongs to another configuration', async () => {
    await openScratchFolder(folder, other, task).write('state', Uint8Array.of(1))
    expect(await openScratchFolder(folder, key, task).read('state')).toBeUndefined()
    expect(notes.join()).toContain('of another configuration')
  })

  it('never give what is damaged', async () => {
    const scratch = openScratchFolder(folder, key, task)
    await scratch.write('state', new Uint8Array(100))
    const path = join(folder, 'state')
    const whole = await readFile(path)
    for (const bad of [
      whole.subarray(0, whole.length - 1),
      whole.subarray(0, 10),
      new Uint8Array(),
      Uint8Array.from(whole, (byte, i) => (i === whole.length - 5 ? 9 : byte)),
    ]) {
      await writeFile(path, bad)
      expect(await scratch.read('state')).toBeUndefined()
    }
    expect(notes).toHaveLength(4)
    expect(notes[0]).toContain('a damaged checkpoint')
  })

  it('say once that they cannot be written, and let the work go on', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const scratch = openScratchFolder(join(file, 'below'), key, task)
    await scratch.write('state', Uint8Array.of(1))
    await scratch.write('state', Uint8Array.of(2))
    expect(notes).toHaveLength(1)
    expect(notes[0]).toContain('no more checkpoints')
  })
})
