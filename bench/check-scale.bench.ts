/**
 * `check` on more and more images: time that grows with them, memory that stays below a gigabyte. Slow: many minutes.
 *
 *     npx tsx bench/check-scale.bench.ts [IMAGES=2500,5000,10000,20000]
 *
 * Two hundred cloths are woven; every image is one of them under another light and shift, a tenth of them anomalous.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeImage } from '../src/image/decode-image.ts'
import { encodePng } from '../src/image/encode-image.ts'
import type { Image } from '../src/image/image.ts'
import { createRandom } from '../src/math/random.ts'
import { simulateDataset } from '../src/simulate/simulate-dataset.ts'
import { simulateDefaults } from '../src/simulate/simulate-options.ts'
import { mapConcurrent, quietTask } from '../src/task.ts'
import { machine, markdownTable } from './machine.ts'
import { measureCommand } from './measured-command.ts'
import { vary } from './vary-image.ts'

const counts = (process.argv[2] ?? '2500,5000,10000,20000').split(',').map(Number)
const side = 64
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-check-scale-'))

try {
  const cloths = await weave()
  const rows = [['images', 'time', 'images/s', 'peak memory']]
  const data = join(scratch, 'data')
  for (const label of ['good', 'bad']) await mkdir(join(data, label), { recursive: true })
  let made = 0
  for (const count of counts) {
    const missing = Array.from({ length: count - made }, (_, i) => made + i)
    for await (const _ of mapConcurrent(missing, availableParallelism(), async (i) => {
      const random = createRandom(i, 'check-scale')
      const bytes = await encodePng(vary(cloths[random.integer(cloths.length)]!, random))
      await writeFile(join(data, i % 10 === 0 ? 'bad' : 'good', `${String(i).padStart(5, '0')}.png`), bytes)
    }));
    made = count
    const { seconds, peakMiB } = await measureCommand([
      ...['check', data, '--no-cache', '--backbone', 'filterbank', '--size', String(side)],
    ])
    rows.push([
      String(count),
      `${seconds.toFixed(0)} s`,
      (count / seconds).toFixed(0),
      `${peakMiB.toFixed(0)} MiB`,
    ])
  }
  console.log(
    `${machine()}; every guardrail on the data, embedded backbone, images and input of ${side}x${side}, no cache.\n`,
  )
  console.log(markdownTable(rows))
} finally {
  rmSync(scratch, { recursive: true })
}

async function weave(): Promise<Image[]> {
  const out = join(scratch, 'cloths')
  await simulateDataset(
    {
      ...simulateDefaults,
      ...{ out, object: 'weave', parts: 200, defectiveParts: 0, imagesPerPart: 1, width: side, height: side },
    },
    quietTask,
  )
  const names = (await readdir(join(out, 'images'))).sort()
  return Promise.all(names.map((name) => decodeImage(join(out, 'images', name))))
}
