/** Where pictures come from: photographs of a folder, procedural textures, renders of two objects of the forge. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeImage } from '../../src/image/decode-image.ts'
import type { Image } from '../../src/image/image.ts'
import { isImageName } from '../../src/image/image-format.ts'
import { resizeBilinear } from '../../src/image/resize-bilinear.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import { simulateDataset } from '../../src/simulate/simulate-dataset.ts'
import { simulateDefaults } from '../../src/simulate/simulate-options.ts'
import { embeddedTextures } from '../../src/synthesis/embedded-textures.ts'
import { mapConcurrent, type Task } from '../../src/task.ts'

export interface Pictures {
  readonly photographs: readonly Image[]
  readonly textures: readonly Image[]
  readonly renders: readonly Image[]
  /** Photographs that are not learnt from. */
  readonly heldOut: readonly Image[]
}

/** Shares of the crops; photographs have the rest. */
const shares = { textures: 0.2, renders: 0.15 }
const textureCount = 240
/** Never the object that the demonstration shows (`link`), nor the one that choices are made on (`plate`). */
const rendered = ['ring', 'weave'] as const
const shorterSide = 288
/** One photograph in so many is held out. */
const heldOutEvery = 20

/**
 * @param photographs - Folder; every picture under it is taken, scaled down to a shorter side of 288 pixels.
 * @param work - Folder for renders, made once.
 */
export async function loadPictures(
  photographs: string,
  work: string,
  seed: number,
  threads: number,
  task: Task,
): Promise<Pictures> {
  const random = createRandom(seed, 'pictures')
  const textures: Image[] = []
  for (let i = 0; i < textureCount; i++) {
    textures.push(await embeddedTextures.draw(random.fork('texture', i), { width: 256, height: 256 }))
  }
  const renders: Image[] = []
  for (const object of rendered) {
    const out = join(work, object)
    await simulateDataset(
      { ...simulateDefaults, ...{ out, seed, object, workers: threads }, ...renderSizes },
      task,
    )
    renders.push(...(await loadFolder(join(out, 'images'), task)))
  }
  const all = await loadFolder(photographs, task)
  return {
    photographs: all.filter((_, i) => i % heldOutEvery !== 0),
    heldOut: all.filter((_, i) => i % heldOutEvery === 0),
    ...{ textures, renders },
  }
}

const renderSizes = { width: 300, height: 300, parts: 30, defectiveParts: 10, imagesPerPart: 2 }

export function pickPicture({ photographs, textures, renders }: Pictures, random: Random): Image {
  const draw = random.uniform()
  const from =
    draw < shares.textures ? textures : draw < shares.textures + shares.renders ? renders : photographs
  return from[random.integer(from.length)]!
}

async function loadFolder(folder: string, task: Task): Promise<Image[]> {
  const names = (await readdir(folder, { recursive: true })).filter(isImageName).sort()
  if (names.length === 0) throw new Error(`${folder}: no pictures there`)
  const images: Image[] = []
  const progress = task.progress('pictures', 'files')
  const read = (name: string) => decodeImage(join(folder, name)).then(scaledDown)
  for await (const image of mapConcurrent(names, 4, read)) {
    images.push(image)
    progress.update(images.length, names.length)
  }
  progress.end()
  return images
}

function scaledDown(image: Image): Image {
  const factor = shorterSide / Math.min(image.width, image.height)
  if (factor >= 1) return image
  const scaled = (length: number) => Math.round(length * factor)
  return resizeBilinear(image, { width: scaled(image.width), height: scaled(image.height) })
}
