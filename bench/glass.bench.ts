/**
 * GLASS at the reference's size, WideResNet-50 layers 2 and 3: a training step with all that belongs to it (anomalies made for it, their
 * features, the networks), and the score and map of one image; each also as a ratio to the arithmetic limit: the multiplications counted, at
 * the speed of plain products of matrices measured in the same run.
 *
 *     npx tsx bench/glass.bench.ts step|infer [size] [runs] [threads]
 *
 * Weights are the formula's of the golden vectors, pictures are noise: values do not matter for time.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVision } from '../src/backbone/create-vision.ts'
import { imageBatches } from '../src/detector/glass/image-batches.ts'
import { initialNetworks } from '../src/detector/glass/networks.ts'
import { chooseEmbedding, glassOptions } from '../src/detector/glass/options.ts'
import { openGlass } from '../src/detector/glass/score-images.ts'
import { asTheyAre } from '../src/detector/glass/standardise.ts'
import { glassPlan } from '../src/detector/glass/training-plan.ts'
import { openTrainingStep, tensor } from '../src/graph/index.ts'
import { encodePng } from '../src/image/encode-image.ts'
import { createRandom } from '../src/math/random.ts'
import { embeddedTextures } from '../src/synthesis/embedded-textures.ts'
import { quietTask } from '../src/task.ts'
import { formulaWeights } from '../test/backbone/formula-weights.ts'
import { gemmSpeed } from './gemm-speed.ts'
import { referenceStep, stepGflop } from './glass-workload.ts'
import { machine, spread } from './machine.ts'

const [kind = 'step', sizeText = '160', runs = '5', threadsText] = process.argv.slice(2)
const threads = Number(threadsText ?? cpus().length)
const extent = Number(sizeText)
const size = { width: extent, height: extent }
const random = createRandom(0)
const on = { device: 'cpu', threads }

/** Products of a WideResNet-50 up to its third group, for one image. Source: torchvision, wide_resnet50_2. */
function backboneGflop(): number {
  let side = extent / 2
  let products = side ** 2 * 7 ** 2 * 3 * 64
  let [inputs, isFirst] = [64, true]
  side /= 2
  for (const [blocks, width] of [
    [3, 128],
    [4, 256],
    [6, 512],
  ] as const) {
    for (let block = 0; block < blocks; block++) {
      const before = side
      if (block === 0 && !isFirst) side /= 2
      products += before ** 2 * inputs * width + side ** 2 * (9 * width * width + width * 2 * width)
      if (block === 0) products += side ** 2 * inputs * 2 * width
      inputs = 2 * width
    }
    isFirst = false
  }
  return (2 * products) / 1e9
}

const folder = await mkdtemp(join(tmpdir(), 'glass-bench-'))
try {
  const refs = await Promise.all(
    Array.from({ length: 8 }, async (_, i) => {
      const path = join(folder, `${i}.png`)
      const data = Uint8Array.from({ length: extent * extent * 3 }, () => random.integer(256))
      await writeFile(path, await encodePng({ ...size, data }))
      return { path }
    }),
  )
  const weights = formulaWeights(1)
  const backbone = { id: 'wide_resnet50_2', weights, weightsId: 'formula', notice: null }
  const images = kind === 'infer' ? 1 : 8
  const vision = createVision({ size, fit: 'stretch', backbone, cacheFolder: null, images, ...on })
  const options = glassOptions.parse({ preset: 'paper' })
  const stages = ['layer2', 'layer3']
  const embedding = chooseEmbedding(vision, options)
  const cells = Math.ceil(extent / 8) ** 2
  const settings = referenceStep(8, cells)
  const networks = initialNetworks(settings, random.fork('networks'))
  const before = await gemmSpeed(threads)
  const report = async (what: string, seconds: readonly number[], gflop: number, more: string) => {
    const gemm = Math.max(before, await gemmSpeed(threads))
    const median = seconds.toSorted((a, b) => a - b)[seconds.length >> 1]!
    console.log(
      `${what}, ${extent}x${extent}, ${threads} threads; ${machine()}: ${spread(seconds, 3)} s; ${gflop.toFixed(0)} GFLOP, ` +
        `${(gflop / median).toFixed(0)} GFLOP/s of ${gemm.toFixed(0)} in plain products: ${(median / (gflop / gemm)).toFixed(2)} of the limit; ${more}` +
        `peak ${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GiB`,
    )
  }

  if (kind === 'infer') {
    const model = {
      settings: {
        shape: { dims: settings.dims, hidden: settings.hidden, layers: settings.layers, adaptor: true },
        stages,
        embedding,
        hypothesis: 'manifold',
        scale: 'probability',
        edge: 'reflect',
        peaks: 1,
        sigma: 4,
      },
      networks,
      standard: asTheyAre(settings.dims),
    } as const
    const detector = await openGlass(model, on)
    const seconds: number[] = []
    for (let run = 0; run <= Number(runs); run++) {
      const start = performance.now()
      for await (const outcome of detector.score([refs[run % 8]!], vision, quietTask)) {
        if (!outcome.ok) throw new Error(outcome.error)
        outcome.value.map()
      }
      if (run > 0) seconds.push((performance.now() - start) / 1000)
    }
    await detector.close()
    const judged = (2 * cells * settings.dims * (settings.hidden + 1)) / 1e9
    await report('score and map of one image', seconds, backboneGflop() + judged, '')
  } else {
    const augment = { vision, stages, embedding, textures: embeddedTextures, synthesis: {}, task: quietTask }
    const source = await imageBatches(refs, { ...augment, images: 8, epochImages: 392, noise: 0.015 }, random)
    const step = await openTrainingStep(glassPlan(settings, ['pTrue', 'pFake']), networks, { threads })
    const center = tensor(source.mean, [cells, settings.dims])
    const [seconds, drawing]: [number[], number[]] = [[], []]
    for (let run = 0; run <= Number(runs); run++) {
      const start = performance.now()
      const batch = await source.draw(run)
      const drawn = performance.now()
      await step.run({ ...batch, center })
      if (run === 0) continue
      drawing.push((drawn - start) / 1000)
      seconds.push((performance.now() - start) / 1000)
    }
    await step.close()
    const gflop = stepGflop(settings.rows).done + 8 * backboneGflop()
    await report('training step of 8 images', seconds, gflop, `of it the batch ${spread(drawing, 3)} s; `)
  }
  await vision.close()
} finally {
  await rm(folder, { recursive: true })
}
