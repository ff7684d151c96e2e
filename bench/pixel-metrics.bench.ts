/**
 * Pixel AUROC, AP and AUPRO of 200 maps of 512 x 512: ours against the plain way, which sorts every pixel.
 *
 *     npx tsx bench/pixel-metrics.bench.ts [maps] [side] [rounds]
 *
 * The plain way is what an array library does: one number per pixel, sorted whole by the native sort, then cumulative
 * sums over all of them. Both must give the same figures, or the bench fails.
 */
import { cpus } from 'node:os'
import { createPixelMetrics } from '../src/evaluate/metrics/pixel/pixel-metrics.ts'
import { writeScoreKeys } from '../src/evaluate/metrics/pixel/score-keys.ts'
import { connectedComponents } from '../src/math/connected-components.ts'
import { createRandom, type Random } from '../src/math/random.ts'

const [maps = 200, side = 512, rounds = 3] = process.argv.slice(2).map(Number)
const size = { width: side, height: side }

interface Picture {
  readonly scores: Float32Array
  readonly mask: Uint8Array | null
}

/** A smooth map, as upsampled patch scores are, with round defects that score higher on the whole. */
function drawMap(random: Random, defects: number, radius: number): Picture {
  const cells = 32
  const grid = Float64Array.from({ length: (cells + 1) ** 2 }, () => 1 + 0.4 * random.normal())
  const scores = new Float32Array(side * side)
  for (let y = 0; y < side; y++) {
    const v = (y * cells) / side
    const row = Math.floor(v) * (cells + 1)
    for (let x = 0; x < side; x++) {
      const u = (x * cells) / side
      const at = row + Math.floor(u)
      const [dx, dy] = [u % 1, v % 1]
      const top = grid[at]! * (1 - dx) + grid[at + 1]! * dx
      const bottom = grid[at + cells + 1]! * (1 - dx) + grid[at + cells + 2]! * dx
      scores[y * side + x] = Math.exp(top * (1 - dy) + bottom * dy)
    }
  }
  if (defects === 0) return { scores, mask: null }
  const mask = new Uint8Array(side * side)
  for (let d = 0; d < defects; d++) {
    const [cx, cy] = [random.uniform() * side, random.uniform() * side]
    for (let y = Math.max(0, Math.ceil(cy - radius)); y < Math.min(side, cy + radius); y++) {
      for (let x = Math.max(0, Math.ceil(cx - radius)); x < Math.min(side, cx + radius); x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 > radius ** 2) continue
        mask[y * side + x] = 1
        scores[y * side + x]! += 1
      }
    }
  }
  return { scores, mask }
}

const cases = [
  {
    name: 'half of the images with 1 to 3 defects',
    radius: side / 16,
    defects: (i: number) => (i % 2) * (1 + (i % 3)),
  },
  { name: 'about half of all pixels defect', radius: side * 0.38, defects: () => 2 },
  { name: 'all scores equal', radius: side / 16, defects: (i: number) => i % 2, level: 1 },
] as const

function ours(pictures: readonly Picture[]): readonly number[] {
  const metrics = createPixelMetrics()
  for (const { scores, mask } of pictures) metrics.add(scores, mask, size)
  const { auroc, averagePrecision, aupro, aupro05 } = metrics.figures()
  return [auroc!, averagePrecision!, aupro!, aupro05!]
}

/** Key and region (0 = no defect) of every pixel in one double; sorted; walked from the top. */
function sortEverything(pictures: readonly Picture[]): readonly number[] {
  const codes = new Float64Array(pictures.length * side * side)
  const keys = new Uint32Array(side * side)
  const areas = [0]
  let at = 0
  for (const { scores, mask } of pictures) {
    writeScoreKeys(keys, 0, new Int32Array(scores.buffer), 0, keys.length)
    const regions = mask && connectedComponents(mask, side, side, 8)
    const before = areas.length - 1
    for (let i = 0; i < keys.length; i++) {
      const region = regions === null || regions.labels[i] === 0 ? 0 : before + regions.labels[i]!
      codes[at++] = keys[i]! * 2 ** 20 + region
    }
    areas.push(...(regions?.areas ?? []))
  }
  codes.sort()
  const regionCount = areas.length - 1
  const positives = areas.reduce((sum, area) => sum + area, 0)
  const negatives = codes.length - positives
  const limits = [0.3, 0.05]
  let [tp, fp, overlap, area, precision] = [0, 0, 0, 0, 0]
  const proAreas = [0, 0]
  for (let end = codes.length; end > 0; ) {
    const key = Math.floor(codes[end - 1]! / 2 ** 20)
    const last = { tp, fp, overlap }
    for (; end > 0 && Math.floor(codes[end - 1]! / 2 ** 20) === key; end--) {
      const region = codes[end - 1]! % 2 ** 20
      if (region === 0) fp++
      else {
        tp++
        overlap += 1 / areas[region]! / regionCount
      }
    }
    area += ((fp - last.fp) * (tp + last.tp)) / 2
    precision += ((tp - last.tp) * tp) / (tp + fp)
    for (const [l, limit] of limits.entries()) {
      const stop = Math.min(fp, limit * negatives)
      if (stop <= last.fp) continue
      const y = last.overlap + ((overlap - last.overlap) * (stop - last.fp)) / (fp - last.fp)
      proAreas[l]! += ((stop - last.fp) * (last.overlap + y)) / 2
    }
  }
  const pro = limits.map((limit, l) => proAreas[l]! / negatives / limit)
  return [area / positives / negatives, precision / positives, ...pro]
}

function time(work: () => readonly number[]): { seconds: number; figures: readonly number[] } {
  const start = performance.now()
  const figures = work()
  return { seconds: (performance.now() - start) / 1000, figures }
}

const shown = (seconds: readonly number[]): string => {
  const sorted = [...seconds].sort((a, b) => a - b)
  return `${sorted[sorted.length >> 1]!.toFixed(2)} s (${sorted[0]!.toFixed(2)} to ${sorted.at(-1)!.toFixed(2)})`
}

console.log(
  `${maps} maps of ${side} x ${side}, median and range of ${rounds}, ${cpus().length} x ${cpus()[0]!.model.trim()}, Node ${process.version}`,
)
for (const { name, radius, defects, ...more } of cases) {
  const random = createRandom(0, name)
  const pictures = Array.from({ length: maps }, (_, i) => drawMap(random, defects(i), radius))
  if ('level' in more) for (const { scores } of pictures) scores.fill(more.level)
  const inside = pictures.reduce((sum, { mask }) => sum + (mask?.reduce((n, pixel) => n + pixel, 0) ?? 0), 0)
  const runs = Array.from({ length: rounds }, (_, round) => {
    const both = { ours: () => time(() => ours(pictures)), plain: () => time(() => sortEverything(pictures)) }
    // Who goes first alternates.
    const first = round % 2 === 0 ? both.ours() : null
    const plain = both.plain()
    return { ours: first ?? both.ours(), plain }
  })
  const { ours: a, plain: b } = runs[0]!
  a.figures.forEach((figure, i) => {
    if (!(Math.abs(figure - b.figures[i]!) < 1e-9)) throw new Error(`${name}: ${a.figures} and ${b.figures}`)
  })
  const ratios = runs.map((run) => run.plain.seconds / run.ours.seconds).sort((x, y) => x - y)
  console.log(
    `\n${name}: ${((100 * inside) / (maps * side * side)).toFixed(1)} % of the pixels\n` +
      `  ours            ${shown(runs.map((run) => run.ours.seconds))}\n` +
      `  sort everything ${shown(runs.map((run) => run.plain.seconds))}\n` +
      `  ratio           ${ratios[ratios.length >> 1]!.toFixed(1)} (${ratios[0]!.toFixed(1)} to ${ratios.at(-1)!.toFixed(1)})\n` +
      `  AUROC ${a.figures[0]!.toFixed(4)}, AP ${a.figures[1]!.toFixed(4)}, AUPRO ${a.figures[2]!.toFixed(4)} and ${a.figures[3]!.toFixed(4)}`,
  )
}
console.log(
  `\npeak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB, maps and both ways included`,
)
