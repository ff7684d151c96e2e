/**
 * Preparation of forged links at 600x800: images per second by step, against decoding and encoding alone, and the embedded segmenter's
 * IoU with the forge's own masks. `npx tsx bench/prepare.bench.ts [parts]`
 *
 * "of 2 cores" is 2 over the seconds of processor an image once threads have started and learning is over: what two cores do when
 * nothing else runs on them. "images/s" is by the clock, all included but learning.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeImage } from '../src/image/decode-image.ts'
import { decodeMask } from '../src/image/decode-mask.ts'
import { encodePng } from '../src/image/encode-image.ts'
import { prepareDataset } from '../src/run/prepare/prepare-dataset.ts'
import { simulateDataset } from '../src/simulate/simulate-dataset.ts'
import { simulateDefaults } from '../src/simulate/simulate-options.ts'
import { mapConcurrent, quietTask, type Task } from '../src/task.ts'
import { machine, markdownTable, spread } from './machine.ts'

const threads = 2
const parts = Number(process.argv[2] ?? 50)
const size = { width: 600, height: 800 }

interface Spent {
  readonly wall: number
  /** Seconds of processor, of all threads. */
  readonly processor: number
}

function startClock(): () => Spent {
  const start = performance.now()
  const used = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(used)
    return { wall: (performance.now() - start) / 1000, processor: (user + system) / 1e6 }
  }
}

interface Step extends Spent {
  /** Seconds of processor an image, the first quarter left out: threads have started and learning is over. */
  readonly steady: number
}

/** What every step of a task took, by its label. */
function timedTask(): { readonly task: Task; readonly steps: Map<string, Step> } {
  const steps = new Map<string, Step>()
  const task: Task = {
    ...quietTask,
    progress(label) {
      const stop = startClock()
      let quarter: { readonly done: number; readonly stop: () => Spent } | null = null
      let last = 0
      return {
        update(done, total) {
          last = done
          if (total !== null && done >= total / 4) quarter ??= { done, stop: startClock() }
        },
        end() {
          const steady = quarter === null ? 0 : quarter.stop().processor / Math.max(1, last - quarter.done)
          steps.set(label.replace(/ \d+x\d+/, ''), { ...stop(), steady })
        },
      }
    },
  }
  return { task, steps }
}

async function decodeAndEncode(paths: readonly string[]): Promise<Spent> {
  const stop = startClock()
  for await (const bytes of mapConcurrent(paths, 2 * threads, async (path) =>
    encodePng(await decodeImage(path)),
  ))
    if (bytes.length === 0) throw new Error('nothing encoded')
  return stop()
}

async function overlaps(source: string, out: string): Promise<number[]> {
  const ious: number[] = []
  for (const name of await readdir(join(source, 'foreground'))) {
    const truth = (await decodeMask(join(source, 'foreground', name))).data
    const found = (await decodeMask(join(out, 'objects/images', name)).catch(() => null))?.data
    let both = 0
    let either = 0
    for (let i = 0; i < truth.length; i++) {
      both += truth[i]! & (found?.[i] ?? 0)
      either += truth[i]! | (found?.[i] ?? 0)
    }
    ious.push(both / either)
  }
  return ious
}

async function main(): Promise<void> {
  const rows = [
    [
      'background',
      'images',
      'IoU, mean',
      'IoU, median',
      'step',
      'images/s',
      'of 2 cores',
      'times decode + encode',
    ],
  ]
  for (const background of ['plain', 'fixture'] as const) {
    const folder = await mkdtemp(join(tmpdir(), 'plumbline-bench-'))
    const source = join(folder, 'in')
    const out = join(folder, 'out')
    try {
      const options = {
        ...simulateDefaults,
        ...size,
        out: source,
        parts,
        defectiveParts: parts >> 1,
        background,
        seed: 7,
      }
      await simulateDataset(options, quietTask)
      const names = await readdir(join(source, 'images'))
      const paths = names.map((name) => join(source, 'images', name))
      const plain = await decodeAndEncode(paths)
      const { task, steps } = timedTask()
      await prepareDataset({ dataset: source, out, blank: [0, 0, 0], center: true, threads }, task)
      const ious = await overlaps(source, out)
      const mean = ious.reduce((sum, iou) => sum + iou, 0) / ious.length
      const [find, write] = [steps.get('find objects')!, steps.get('write')!]
      const learn = [...steps].find(([label]) => label.startsWith('learn'))?.[1] ?? { wall: 0, processor: 0 }
      const n = names.length
      const line = (step: string, wall: number, processor: number): void => {
        const cells = [step, (n / wall).toFixed(1), (2 / processor).toFixed(1)]
        const ratio = ((n * processor) / plain.processor).toFixed(2)
        rows.push([background, String(n), mean.toFixed(4), spread(ious, 3), ...cells, ratio])
      }
      line('learn', learn.wall, learn.processor / n)
      line('find objects', find.wall, find.steady)
      line('write', write.wall, write.steady)
      line('find and write', find.wall + write.wall, find.steady + write.steady)
      line('decode + encode', plain.wall, plain.processor / n)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  console.log(`${machine()}\n\n${markdownTable(rows)}`)
}

await main()
