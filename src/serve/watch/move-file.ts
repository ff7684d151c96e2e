/** Moving a judged picture: by renaming, or by a copy that is whole before the original goes. Nothing is overwritten. */
import { constants, copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { flush, isSystemError, temporaryName } from '../../files/atomic.ts'

/** @returns Where it is now: `to`, or `to` with a number where that name is taken. */
export async function moveFile(from: string, to: string): Promise<string> {
  await mkdir(dirname(to), { recursive: true })
  for (let i = 1; ; i++) {
    const target = i === 1 ? to : numbered(to, i)
    if (await moveTo(from, target)) return target
  }
}

const numbered = (path: string, i: number): string => {
  const ending = extname(path)
  return `${path.slice(0, path.length - ending.length)}-${i}${ending}`
}

/** @returns false where something has that name. */
async function moveTo(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to) // unlike a rename, refuses a name that is taken
    await rm(from)
    return true
  } catch (error) {
    if (!isSystemError(error)) throw error
    if (error.code === 'EEXIST') return false
    if (error.code === 'ENOENT') throw error
    return copyTo(from, to) // another disk, or one without links
  }
}

async function copyTo(from: string, to: string): Promise<boolean> {
  const reserved = await open(to, 'wx').catch((error: unknown) => {
    if (isSystemError(error) && error.code === 'EEXIST') return null
    throw error
  })
  if (reserved === null) return false
  await reserved.close()
  const temporary = temporaryName(to)
  await copyFile(from, temporary, constants.COPYFILE_EXCL)
  await flush(temporary)
  await rename(temporary, to)
  await rm(from)
  return true
}
