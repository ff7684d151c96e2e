/**
 * From image files to features: images a second with a cold and a warm cache, and the peak memory.
 *
 *     npx tsx bench/features.bench.ts <dataset folder> <backbone> <size> [threads] [batch]
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVision } from '../src/backbone/create-vision.ts'
import { resolveBackbone } from '../src/backbone/resolve-weights.ts'
import type { ImageRef } from '../src/backbone/vision.ts'
import { weightsFolder } from '../src/backbone/weights-folder.ts'
import { quietTask } from '../src/task.ts'

const [folder, id = 'filterbank', sizeText = '256', threadsText = String(cpus().length), batchText] =
  process.argv.slice(2)
if (folder === undefined)
  throw new Error('usage: features.bench.ts <dataset folder> <backbone> <size> [threads] [batch]')
const size = { width: Number(sizeText), height: Number(sizeText) }
const names = await readdir(folder, { recursive: true })
const refs: ImageRef[] = names
  .filter((name) => /\.(jpe?g|bmp)$/i.test(name))
  .map((name) => ({ path: join(folder, name) }))

const backbone = await resolveBackbone({ backbone: id, weightsFolders: [weightsFolder(null)] }, quietTask)
const cacheFolder = await mkdtemp(join(tmpdir(), 'plumbline-bench-'))
try {
  console.log(
    `${refs.length} images at ${sizeText} px, ${id}, ${threadsText} threads, ${cpus()[0]!.model}, Node ${process.version}`,
  )
  for (const state of ['cold', 'warm', 'warm']) {
    const vision = createVision({
      size,
      fit: 'pad',
      backbone,
      cacheFolder,
      device: 'cpu',
      threads: Number(threadsText),
      ...(batchText === undefined ? {} : { batch: Number(batchText) }),
    })
    const start = performance.now()
    let sum = 0
    for await (const outcome of vision.features(refs, vision.backbone.patchDefaults.stages, quietTask)) {
      if (outcome.ok) sum += outcome.value.maps[0]!.data[0]!
    }
    const seconds = (performance.now() - start) / 1000
    await vision.close()
    const peak = process.resourceUsage().maxRSS / 1024
    console.log(
      `${state}: ${seconds.toFixed(2)} s, ${(refs.length / seconds).toFixed(1)} images/s, ` +
        `peak ${peak.toFixed(0)} MiB so far (checksum ${sum.toFixed(3)})`,
    )
  }
} finally {
  await rm(cacheFolder, { recursive: true })
}
