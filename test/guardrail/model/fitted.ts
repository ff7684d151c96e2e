/** A fitted fold without a backbone: pictures of a disc before a background, and detectors that go by what a test says. */
import type { Vision } from '../../../src/backbone/vision.ts'
import type { Label, Sample } from '../../../src/dataset/sample.ts'
import type { Detector, Scored } from '../../../src/detector/detector.ts'
import type { FittedRun } from '../../../src/guardrail/model/fitted-run.ts'
import { judgeImages } from '../../../src/guardrail/model/judge-images.ts'
import { fitFrame } from '../../../src/image/frame.ts'
import type { Image, Mask, PreparedImage } from '../../../src/image/image.ts'
import { createRandom } from '../../../src/math/random.ts'
import { quietTask } from '../../../src/task.ts'
import { sample } from '../../evaluate/samples.ts'

export const side = 48

export interface Scene {
  /** Grey level of the background and of the disc. */
  readonly background: number
  readonly disc: number
  /** Middle of the disc, pixels. */
  readonly x: number
  readonly y: number
  /** A dark square on the disc. */
  readonly defect: boolean
}

const radius = 12
const isDisc = ({ x, y }: Scene, column: number, row: number): boolean =>
  (column - x) ** 2 + (row - y) ** 2 <= radius ** 2
const isDefect = ({ x, y, defect }: Scene, column: number, row: number): boolean =>
  defect && Math.abs(column - x) <= 2 && Math.abs(row - y) <= 2

export function draw(scene: Scene, seed: number): Image {
  const random = createRandom(seed, 'picture')
  const data = new Uint8Array(3 * side * side)
  for (let i = 0; i < side * side; i++) {
    const [column, row] = [i % side, Math.floor(i / side)]
    const level = isDefect(scene, column, row)
      ? 0
      : isDisc(scene, column, row)
        ? scene.disc
        : scene.background
    data.fill(Math.max(0, Math.min(255, Math.round(level + 4 * random.normal()))), 3 * i, 3 * i + 3)
  }
  return { width: side, height: side, data }
}

export function maskOf(scene: Scene, of: 'disc' | 'defect'): Mask {
  const inside = of === 'disc' ? isDisc : isDefect
  const data = Uint8Array.from({ length: side * side }, (_, i) =>
    Number(inside(scene, i % side, Math.floor(i / side))),
  )
  return { width: side, height: side, data }
}

/** What a detector sees in a picture: a map, [side, side]; its maximum is the score. */
export type Look = (image: Image) => Float32Array

export interface FittedOptions {
  readonly scenes: readonly { readonly label: Label; readonly scene: Scene }[]
  readonly look: Look
  readonly threshold: number
  readonly objects?: FittedRun['objects']
  /** Of the noise in the pictures. */
  readonly seed?: number
}

export async function fitted({
  scenes,
  look,
  threshold,
  objects,
  seed = 0,
}: FittedOptions): Promise<FittedRun> {
  const samples = scenes.map(({ label }, i) => sample(`${label}-${String(i).padStart(3, '0')}`, label))
  const sceneOf = new Map(samples.map(({ id }, i) => [id, scenes[i]!.scene]))
  const pictures = new Map(samples.map(({ path, id }, i) => [path, draw(sceneOf.get(id)!, 1000 * seed + i)]))
  const size = { width: side, height: side }
  const frame = fitFrame(size, size, 'pad')
  const vision: Vision = {
    size,
    fit: 'pad',
    async *images(refs: Parameters<Vision['images']>[0]) {
      for (const { path } of refs) yield { ok: true, path, value: { ...pictures.get(path)!, frame } }
    },
    scaled: () => vision,
  } as unknown as Vision
  const detector: Detector = {
    async *score(refs, from, task) {
      for await (const outcome of from.images(refs, task)) {
        if (outcome.ok) yield { ...outcome, value: scored(outcome.value, look) }
        else yield outcome
      }
    },
    save: () => new Map(),
    close: async () => {},
  }
  const find = (of: Sample, what: 'disc' | 'defect'): Mask => maskOf(sceneOf.get(of.id)!, what)
  return {
    results: [],
    settings: null!,
    evaluation: { metrics: { pixel: null, image: { auroc: { mean: 0.9 } } } } as FittedRun['evaluation'],
    siblings: null,
    randomOf: (name) => createRandom(seed, name),
    fold: 0,
    threshold,
    detector,
    vision,
    held: vision,
    judged: await judgeImages(detector, vision, samples, 'image', threshold, quietTask),
    defectMask: (of) => (of.label === 'anomalous' ? find(of, 'defect') : null),
    objects: objects ?? { areGiven: true, find: async ({ sample: of }) => find(of, 'disc') },
    images: 40,
  }
}

function scored(image: PreparedImage, look: Look): Scored {
  const data = look(image)
  return { score: Math.max(...data), map: () => ({ width: side, height: side, data }), frame: image.frame }
}

/** Absolute difference of every pixel from a grey level: high where it is seldom seen. */
export const away =
  (...levels: readonly number[]): Look =>
  ({ data }) =>
    Float32Array.from({ length: side * side }, (_, i) =>
      Math.min(...levels.map((level) => Math.abs(data[3 * i]! - level))),
    )
