/**
 * What a model costs once it is exported: each exported graph against what the program itself takes for the same pixels, a photograph
 * from its bytes to the verdict against its parts measured alone. Turn by turn in one run, so that what else the machine does
 * falls on both.
 *
 *     PLUMBLINE_WEIGHTS=FOLDER npx tsx bench/export.bench.ts [rounds] [threads]
 */
import { cpus } from 'node:os'
import { createVision, type OpenVision } from '../src/backbone/create-vision.ts'
import { networkOf } from '../src/backbone/network.ts'
import { resolveBackbone } from '../src/backbone/resolve-weights.ts'
import type { ImageRef, Vision } from '../src/backbone/vision.ts'
import { csflow } from '../src/detector/csflow/csflow.ts'
import { csflowOptions } from '../src/detector/csflow/options.ts'
import type { Detector, DetectorMethod } from '../src/detector/detector.ts'
import { glass } from '../src/detector/glass/glass.ts'
import { glassOptions } from '../src/detector/glass/options.ts'
import { padim, padimOptions } from '../src/detector/padim/padim.ts'
import { patchcoreOptions } from '../src/detector/patchcore/options.ts'
import { patchcore } from '../src/detector/patchcore/patchcore.ts'
import { modelGraph } from '../src/export/model-graph.ts'
import type { ModelInput } from '../src/export/view-pictures.ts'
import { openSession, tensor } from '../src/graph/index.ts'
import { decodeImage } from '../src/image/decode-image.ts'
import { encodeJpeg } from '../src/image/encode-image.ts'
import type { Image } from '../src/image/image.ts'
import { prepareImage } from '../src/image/prepare-image.ts'
import { resizeBilinear } from '../src/image/resize-bilinear.ts'
import { createInspector } from '../src/inspect/create-inspector.ts'
import { createRandom } from '../src/math/random.ts'
import { quietTask } from '../src/task.ts'
import { stripes } from '../src/testing/striped-image.ts'
import { machine, markdownTable, spread } from './machine.ts'

const [roundsText = '15', threadsText] = process.argv.slice(2)
const rounds = Number(roundsText)
const threads = Number(threadsText ?? cpus().length)
const here = { device: 'cpu', threads } as const
const size = { width: 256, height: 256 }
const fit = 'pad'
const camera = { width: 1280, height: 1024 }

const backbone = await resolveBackbone(
  { backbone: 'mobilenet_v2', weightsFolders: [process.env.PLUMBLINE_WEIGHTS ?? '../shared/weights'] },
  quietTask,
)
const photograph = resizeBilinear(stripes(4711, true, 320, 256), camera)
const prepared = prepareImage(photograph, size, fit)
/** Of the model's size: nothing is left to prepare. */
const square: Image = { ...size, data: prepared.data }
const rows = [['what', 'ms', 'against', 'ms', 'ratio', 'of processor time', 'bound']]

const vision = createVision({ size, fit, backbone, cacheFolder: null, batch: 1, ...here })
await againstItself('PatchCore', patchcore, patchcoreOptions.parse({}), { camera: true, inspect: true })
await againstItself('PaDiM', padim, padimOptions.parse({}))
await againstItself('GLASS `small`', glass, glassOptions.parse({ steps: 4, augmentedImages: 4 }))
await againstItself(
  'GLASS `paper`',
  glass,
  glassOptions.parse({ preset: 'paper', epochs: 1, epochImages: 2, batch: 2, ascentSteps: 1 }),
)
await againstItself('CS-Flow `small`', csflow, csflowOptions.parse({ epochs: 1, leastSteps: 0 }))
await vision.close()
console.log(
  `${machine()}; \`mobilenet_v2\`, 256x256, ${threads} threads, medians of ${rounds} rounds (least..most), turn by turn.\n`,
)
console.log(markdownTable(rows))

interface Taken {
  /** Milliseconds. */
  readonly wall: number
  /** Of all threads together: what else the machine does takes no part in it. */
  readonly processor: number
}

function now(): Taken {
  const { user, system } = process.cpuUsage()
  return { wall: performance.now(), processor: (user + system) / 1000 }
}

function less(a: Taken, b: Taken): Taken {
  return { wall: a.wall - b.wall, processor: a.processor - b.processor }
}

function medianOf(taken: readonly Taken[], of: keyof Taken): number {
  return taken.map((each) => each[of]).toSorted((a, b) => a - b)[taken.length >> 1]!
}

/** Both sides of a ratio, turn by turn. @param bound - That the ratio is meant to keep. */
async function compare(
  what: string,
  run: () => Promise<unknown>,
  against: string,
  other: readonly (() => Promise<unknown>)[],
  bound: number,
): Promise<void> {
  const [own, others]: [Taken[], Taken[]] = [[], []]
  for (let round = -3; round < rounds; round++) {
    const started = now()
    await run()
    const between = now()
    for (const step of other) await step()
    const ended = now()
    if (round < 0) continue // warm
    own.push(less(between, started))
    others.push(less(ended, between))
  }
  const ratio = (of: keyof Taken) => (medianOf(own, of) / medianOf(others, of)).toFixed(3)
  const shown = (taken: readonly Taken[]) => spread(taken.map(({ wall }) => wall))
  rows.push([what, shown(own), against, shown(others), ratio('wall'), ratio('processor'), `${bound}`])
}

async function againstItself<Options>(
  name: string,
  method: DetectorMethod<Options>,
  options: Options,
  also: { readonly camera?: boolean; readonly inspect?: boolean } = {},
): Promise<void> {
  const samples = Array.from(
    { length: 40 },
    (_, i): ImageRef => ({
      path: `${i}`,
      picture: stripes(i, false, size.width, size.height),
    }),
  )
  const detector = await method.fit(
    { samples, vision, random: createRandom(1), task: quietTask, ...here },
    options,
  )
  try {
    const file = await openFile(detector, { kind: 'prepared' }, square)
    await compare(
      `${name}, exported, prepared pixels`,
      file.run,
      'the program',
      [() => scoreOf(detector, square)],
      1.05,
    )
    await file.close()
    if (also.camera) {
      const whole = await openFile(detector, { kind: 'camera' }, photograph)
      const fixed = await openFile(detector, { kind: 'fixed', size: camera }, photograph)
      const both = [() => scoreOf(detector, photograph)]
      await compare(
        `${name}, exported, pixels of 1280x1024, any size`,
        whole.run,
        'preparation and scoring',
        both,
        1,
      )
      await compare(
        `${name}, exported, pixels of 1280x1024, that size`,
        fixed.run,
        'preparation and scoring',
        both,
        1,
      )
      await whole.close()
      await fixed.close()
    }
    if (also.inspect) await inspectAgainstParts(name, detector)
  } finally {
    await detector.close()
  }
}

async function openFile(detector: Detector, input: ModelInput, image: Image) {
  const score = detector.graph!
  const network = networkOf({ ...backbone, stages: score.stages })
  const graph = await modelGraph(
    { network, score, size, fit },
    { input, batch: 1, channels: 3, isDiagnostic: false },
  )
  const session = await openSession(graph.build({ operatorSet: 18 }), here)
  const fed = { image: tensor(image.data, [1, image.height, image.width, 3]) }
  return { run: () => session.run(fed), close: () => session.close() }
}

/** Scores as the detector does in `inspect`; of a picture that has the model's size, without preparing it. */
async function scoreOf(detector: Detector, picture: Image, through: Vision = vision): Promise<void> {
  const isPrepared = picture === square && detector.graph!.views === undefined
  const sees = isPrepared ? withoutPreparation(vision) : through
  for await (const outcome of detector.score([{ path: 'picture', picture }], sees, quietTask)) {
    if (!outcome.ok) throw new Error(outcome.error)
    outcome.value.map()
  }
}

function withoutPreparation(own: OpenVision): Vision {
  return {
    ...own,
    async *features(_refs, stages) {
      yield { ok: true, path: 'picture', value: (await own.extract([prepared], stages))[0]! }
    },
  }
}

/** From the bytes of a JPEG to verdict and map, against decoding, resizing, network and scoring alone. */
async function inspectAgainstParts(name: string, detector: Detector): Promise<void> {
  const bytes = await encodeJpeg(photograph)
  const operating = { threshold: 1, reviewThreshold: null }
  const inspector = createInspector({ detector, vision, operating })
  const { stages } = detector.graph!
  const features = (await vision.extract([prepared], stages))[0]!
  const known: Vision = {
    ...vision,
    async *features() {
      yield { ok: true, path: 'picture', value: features }
    },
  }
  await compare(
    `${name}, \`inspect\`, JPEG of 1280x1024 to verdict and map`,
    async () => (await inspector.inspect(bytes)).map(),
    'decoding, resizing, network, search',
    [
      () => decodeImage(bytes),
      async () => prepareImage(photograph, size, fit),
      () => vision.extract([prepared], stages),
      async () => {
        for await (const outcome of detector.score([{ path: 'picture' }], known, quietTask)) {
          if (outcome.ok) outcome.value.map()
        }
      },
    ],
    1.15,
  )
}
