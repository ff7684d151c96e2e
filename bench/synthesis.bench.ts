/**
 * Synthetic anomalies a second, on one thread, and where the time goes:
 *
 *     npx tsx bench/synthesis.bench.ts [folder of textures]
 */
import { cpus, loadavg } from 'node:os'
import { fitFrame } from '../src/image/frame.ts'
import type { PreparedImage, Size } from '../src/image/image.ts'
import { createRandom } from '../src/math/random.ts'
import { augmentTexture } from '../src/synthesis/augment-texture.ts'
import { drawTexture, embeddedTextures } from '../src/synthesis/embedded-textures.ts'
import { openTextureFolder } from '../src/synthesis/folder-textures.ts'
import { findPerlinMask } from '../src/synthesis/perlin-mask.ts'
import { paperSynthesis } from '../src/synthesis/synthesis-options.ts'
import { synthesise } from '../src/synthesis/synthesise.ts'
import type { TextureSource } from '../src/synthesis/texture-source.ts'
import { families } from '../src/synthesis/textures/families.ts'
import { quietTask } from '../src/task.ts'

const rounds = 5
const draws = 120

/** Runs the work `draws` times a round, after one round to warm up; milliseconds each: median, least and most. */
async function time(title: string, work: (draw: number) => unknown): Promise<void> {
  const each: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now()
    for (let draw = 0; draw < draws; draw++) await work(draw)
    if (round > 0) each.push((performance.now() - start) / draws)
  }
  each.sort((a, b) => a - b)
  const [least, median, most] = [each[0]!, each[rounds >> 1]!, each[rounds - 1]!].map((ms) => ms.toFixed(2))
  console.log(`${title}: ${median} ms (${least}..${most}), ${(1000 / Number(median)).toFixed(0)} a second`)
}

function flatImage(size: Size): PreparedImage {
  const data = new Uint8Array(3 * size.width * size.height).fill(120)
  return { ...size, data, frame: fitFrame(size, size, 'stretch') }
}

async function timeSamples(title: string, textures: TextureSource, size: Size): Promise<void> {
  const image = flatImage(size)
  await time(`sample ${size.width}x${size.height}, ${title}`, (draw) =>
    synthesise({ image, foreground: null, textures, random: createRandom(draw) }),
  )
}

async function main(): Promise<void> {
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)}`
  console.log(`${machine}, node ${process.version}; ${rounds} rounds of ${draws}`)

  const size = { width: 256, height: 256 }
  const allowed = { ...size, data: new Uint8Array(256 * 256).fill(1) }
  const texture = drawTexture(families[0]!, createRandom(0), size)
  await time('mask 256x256', (draw) => findPerlinMask(allowed, paperSynthesis, createRandom(draw)))
  await time('embedded texture 256x256', (draw) => embeddedTextures.draw(createRandom(draw), size))
  await time('augmentation 256x256', (draw) => augmentTexture(texture, 3, createRandom(draw)))
  for (const side of [160, 256, 288]) {
    await timeSamples('embedded textures', embeddedTextures, { width: side, height: side })
  }
  const folder = process.argv[2]
  if (folder === undefined) return
  await timeSamples('folder, kept', await openTextureFolder(folder, quietTask), size)
  await timeSamples('folder, decoded each time', await openTextureFolder(folder, quietTask, 0), size)
}

await main()
