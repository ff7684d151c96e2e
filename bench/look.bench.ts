/**
 * Opening a folder against what cannot be avoided: a listing that reads each head, and decoding every image once. Minutes.
 *
 *     npx tsx bench/look.bench.ts [IMAGES=5000] [FILES=100000] [ROUNDS=3]
 *
 * Both of a pair run in turn, so that what else the machine does falls on both; the ratio is of processor time, and of the clock.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, open, readdir, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataset } from '../src/dataset/open-dataset.ts'
import { surveyPixels } from '../src/dataset/survey-pixels.ts'
import { decodeImage } from '../src/image/decode-image.ts'
import { sharp } from '../src/image/native-sharp.ts'
import { createRandom } from '../src/math/random.ts'
import { lookDataset } from '../src/pipeline.ts'
import { mapConcurrent, quietTask } from '../src/task.ts'
import { machine, markdownTable, spread } from './machine.ts'

const [images = 5000, files = 100_000, rounds = 3] = process.argv.slice(2).map(Number)
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-look-'))
const side = 256

interface Cost {
  readonly clock: number
  readonly processor: number
}

try {
  const rows = [
    ['folder', 'yardstick', 'of ours, s', 'of the yardstick, s', 'processor, ratio', 'clock, ratio'],
  ]
  for (const format of ['jpeg', 'png'] as const) {
    const data = await paint(format)
    const paths = (await openDataset(data)).samples.map(({ path }) => path)
    const decodeOnce = async (): Promise<void> => {
      for await (const _ of mapConcurrent(paths, 2 * availableParallelism(), (path) => decodeImage(path)));
    }
    const look = async (): Promise<void> => {
      await lookDataset({ dataset: data })
    }
    rows.push(
      await compare(`\`look\`, ${images} ${format}, ${side} px`, 'decoding each once', look, decodeOnce),
    )
    rmSync(data, { recursive: true })
  }
  const many = await litter()
  const openIt = async (): Promise<void> => {
    const { samples } = await openDataset(many)
    await surveyPixels(samples, { range: null, page: null }, quietTask)
  }
  rows.push(
    await compare(`opening ${files} files`, 'listing and reading each head', openIt, () => readHeads(many)),
  )
  console.log(`${machine()}; ${rounds} rounds.\n`)
  console.log(markdownTable(rows))
  console.log(
    `\nPeak memory of all of it together: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB.`,
  )
} finally {
  rmSync(scratch, { recursive: true })
}

async function compare(
  what: string,
  yardstick: string,
  ours: () => Promise<void>,
  theirs: () => Promise<void>,
): Promise<string[]> {
  await theirs() // the file system's cache is warm for both
  const costs: { ours: Cost; theirs: Cost }[] = []
  for (let round = 0; round < rounds; round++)
    costs.push({ ours: await measure(ours), theirs: await measure(theirs) })
  const of = (ratio: (cost: { ours: Cost; theirs: Cost }) => number, digits: number): string =>
    spread(costs.map(ratio), digits)
  return [
    what,
    yardstick,
    of((cost) => cost.ours.processor, 2),
    of((cost) => cost.theirs.processor, 2),
    of((cost) => cost.ours.processor / cost.theirs.processor, 2),
    of((cost) => cost.ours.clock / cost.theirs.clock, 2),
  ]
}

async function measure(work: () => Promise<void>): Promise<Cost> {
  const [clock, processor] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(processor)
  return { clock: (performance.now() - clock) / 1000, processor: (user + system) / 1e6 }
}

/** A tenth is defective and has masks. */
async function paint(format: 'jpeg' | 'png'): Promise<string> {
  const root = join(scratch, format)
  for (const folder of ['good', 'dent', 'ground_truth/dent'])
    await mkdir(join(root, folder), { recursive: true })
  const mask = new Uint8Array(side * side)
  for (let y = 10; y < 30; y++) mask.fill(255, y * side + 10, y * side + 40)
  const maskBytes = await sharp(mask, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toBuffer()
  const random = createRandom(0, 'look')
  const grain = Uint8Array.from(
    { length: 3 * side * side },
    (_, at) => 80 + ((7 * at) % 37) + random.integer(8),
  )
  const draw = async (i: number): Promise<void> => {
    const pixels = grain.map((value) => value + (i % 50))
    const raw = { width: side, height: side, channels: 3 } as const
    const bytes = await sharp(pixels, { raw }).toFormat(format).toBuffer()
    const name = String(i).padStart(5, '0')
    await writeFile(join(root, i % 10 === 0 ? 'dent' : 'good', `${name}.${format}`), bytes)
    if (i % 10 === 0) await writeFile(join(root, 'ground_truth/dent', `${name}.png`), maskBytes)
  }
  const numbers = Array.from({ length: images }, (_, i) => i)
  for await (const _ of mapConcurrent(numbers, availableParallelism(), draw));
  return root
}

/** Many tiny pictures in a hundred folders of two classes. */
async function litter(): Promise<string> {
  const root = join(scratch, 'many')
  const pixels = new Uint8Array(16 * 16).fill(90)
  const bytes = await sharp(pixels, { raw: { width: 16, height: 16, channels: 1 } })
    .png()
    .toBuffer()
  for (let folder = 0; folder < 100; folder++) {
    const path = join(root, folder % 10 === 0 ? 'dent' : 'good', String(folder))
    await mkdir(path, { recursive: true })
    const names = Array.from({ length: files / 100 }, (_, i) => join(path, `${i}.png`))
    for await (const _ of mapConcurrent(names, 32, (name) => writeFile(name, bytes)));
  }
  return root
}

async function readHeads(root: string): Promise<void> {
  const found = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const read = async (path: string): Promise<void> => {
    const file = await open(path, 'r')
    await file.read(new Uint8Array(512), 0, 512, 0)
    await file.close()
  }
  for await (const _ of mapConcurrent(paths, 16, read));
}
