/**
 * PatchCore on more and more images: time that grows with them, memory that does not. Slow: some minutes.
 *
 *     npx tsx bench/patchcore-scale.bench.ts [IMAGES=1250,2500,5000]
 *
 * A hundred forged parts are rendered; every image is one of them under another light and shift, so no two are alike.
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

const counts = (process.argv[2] ?? '1250,2500,5000').split(',').map(Number)
const side = 256
const scratch = mkdtempSync(join(tmpdir(), 'plumbline-scale-'))

try {
  const models = await renderModels()
  const rows = [['images', 'time', 'images/s', 'peak memory']]
  let made = 0
  const good = join(scratch, 'data/good')
  await mkdir(good, { recursive: true })
  for (const count of counts) {
    const missing = Array.from({ length: count - made }, (_, i) => made + i)
    for await (const _ of mapConcurrent(missing, availableParallelism(), async (i) => {
      const random = createRandom(i, 'scale')
      const bytes = await encodePng(vary(models[random.integer(models.length)]!, random))
      await writeFile(join(good, `${String(i).padStart(5, '0')}.png`), bytes)
    }));
    made = count
    const { seconds, peakMiB } = await measureCommand([
      ...['train', join(scratch, 'data'), '--out', join(scratch, `model-${count}`), '--no-cache'],
      ...['--backbone', 'filterbank', '--size', String(side), '--threshold', 'conformal'],
    ])
    rows.push([
      String(count),
      `${seconds.toFixed(0)} s`,
      (count / seconds).toFixed(1),
      `${peakMiB.toFixed(0)} MiB`,
    ])
  }
  console.log(
    `${machine()}; \`train --threshold conformal\` (six fits: five for the threshold, one for the model), embedded backbone, ` +
      `${side}x${side}, no cache: every fit and every scoring extracts its features anew.\n`,
  )
  console.log(markdownTable(rows))
} finally {
  rmSync(scratch, { recursive: true })
}

async function renderModels(): Promise<Image[]> {
  const out = join(scratch, 'models')
  const options = { ...simulateDefaults, out, parts: 25, defectiveParts: 0, width: side, height: side }
  await simulateDataset(options, quietTask)
  const names = (await readdir(join(out, 'images'))).sort()
  return Promise.all(names.map((name) => decodeImage(join(out, 'images', name))))
}
