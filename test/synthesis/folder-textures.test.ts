import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { encodePng } from '../../src/image/encode-image.ts'
import { resizeBilinear } from '../../src/image/resize-bilinear.ts'
import { createRandom } from '../../src/math/random.ts'
import { openTextureFolder } from '../../src/synthesis/folder-textures.ts'
import { quietTask, type Task } from '../../src/task.ts'
import { makeTree } from '../dataset/temporary-tree.ts'
import { randomImage } from './random-image.ts'

const size = { width: 12, height: 12 }
const png = (width: number, height: number, seed: number) => encodePng(randomImage({ width, height }, seed))

async function someTextures(): Promise<string> {
  return makeTree({
    'banded/a.png': await png(30, 20, 1),
    'banded/deep/b.PNG': await png(20, 31, 2),
    'c.png': await png(12, 12, 3),
    'notes.txt': 'no image',
    '.hidden/d.png': 'no image',
  })
}

describe('openTextureFolder', () => {
  it('finds images at any depth and resizes them until they cover the size', async () => {
    const textures = await openTextureFolder(await someTextures(), quietTask)
    expect(textures.fileCount).toBe(3)
    const drawn = await Promise.all(
      Array.from({ length: 40 }, (_, seed) => textures.draw(createRandom(seed), size)),
    )
    const wanted = [
      resizeBilinear(randomImage({ width: 30, height: 20 }, 1), { width: 18, height: 12 }),
      resizeBilinear(randomImage({ width: 20, height: 31 }, 2), { width: 12, height: 18 }),
      randomImage(size, 3),
    ]
    for (const texture of wanted) expect(drawn).toContainEqual(texture)
    for (const texture of drawn) expect(wanted).toContainEqual(texture)
    expect(textures.unreadable.size).toBe(0)
  })

  it('draws by the stream alone, whatever was drawn before and whatever is kept', async () => {
    const folder = await someTextures()
    const kept = await openTextureFolder(folder, quietTask)
    const unkept = await openTextureFolder(folder, quietTask, 0)
    expect(kept.id).toBe(unkept.id)
    for (const seed of [5, 2, 8, 2, 5]) {
      const texture = await kept.draw(createRandom(seed), size)
      expect(await unkept.draw(createRandom(seed), size)).toEqual(texture)
    }
    const small = await kept.draw(createRandom(5), { width: 4, height: 7 })
    expect(Math.min(small.width - 4, small.height - 7)).toBe(0)
  })

  it('reports what cannot be read once, and draws the next instead', async () => {
    const folder = makeTree({ 'a.png': 'no image', 'b.png': await png(12, 12, 3), 'c.jpg': '' })
    const notes: string[] = []
    const task: Task = { ...quietTask, note: (message) => notes.push(message) }
    const textures = await openTextureFolder(folder, task)
    for (let seed = 0; seed < 30; seed++) {
      expect(await textures.draw(createRandom(seed), size)).toEqual(randomImage(size, 3))
    }
    expect([...textures.unreadable.keys()].sort()).toEqual([join(folder, 'a.png'), join(folder, 'c.jpg')])
    expect(textures.unreadable.get(join(folder, 'a.png'))).toMatch(/^is no JPEG/)
    expect(notes.length).toBe(2)
  })

  it('keeps no more of an endless strip than is of use', async () => {
    const folder = makeTree({ 'strip.png': await png(3000, 2, 1) })
    const textures = await openTextureFolder(folder, quietTask)
    const { width, height } = await textures.draw(createRandom(0), size)
    expect([width, height]).toEqual([48, 12])
  })

  it('refuses a folder without images, none at all, and one of broken ones, with the path', async () => {
    const empty = makeTree({ 'below/': '', 'notes.txt': '' })
    await expect(openTextureFolder(empty, quietTask)).rejects.toThrow(`${empty}: holds no texture`)
    const missing = join(empty, 'missing')
    await expect(openTextureFolder(missing, quietTask)).rejects.toThrow(InputError)
    await expect(openTextureFolder(missing, quietTask)).rejects.toThrow(
      `${missing}: cannot be listed: no such`,
    )
    const broken = makeTree({ 'a.png': 'no image' })
    const textures = await openTextureFolder(broken, quietTask)
    await expect(textures.draw(createRandom(0), size)).rejects.toThrow(`${broken}: none of its 1 images`)
  })

  it('reports a folder below that cannot be listed', async () => {
    const folder = makeTree({ 'a.png': await png(12, 12, 3), 'below/b.png': '' })
    let asked = 0
    const vanishing = {
      get aborted(): boolean {
        if (++asked === 2) rmSync(join(folder, 'below'), { recursive: true }) // after the root was listed
        return false
      },
    }
    const textures = await openTextureFolder(folder, { ...quietTask, signal: vanishing as AbortSignal })
    expect(textures.fileCount).toBe(1)
    expect([...textures.unreadable.keys()]).toEqual([join(folder, 'below')])
  })

  it('stops when told to', async () => {
    const task = { ...quietTask, signal: AbortSignal.abort() }
    await expect(openTextureFolder(makeTree({ 'a.png': '' }), task)).rejects.toThrow('interrupted')
  })
})
