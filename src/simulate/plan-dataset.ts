/**
 * Draws a whole dataset from its options, before anything is rendered: which parts there are, what is wrong with them, how
 * each is photographed. A plan is plain data; a pathology is a function from plan to plan.
 *
 * Every part and every picture has its own random stream, so that a change of one leaves the others as they were.
 */
import { createRandom, type Random } from '../math/random.ts'
import { drawDefects } from './draw-defects.ts'
import type { PartSpec, RenderSpec, SceneSpec, Severity, ViewSpec } from './render-spec.ts'
import type { SimulateOptions } from './simulate-options.ts'

export interface PlannedImage {
  /** File name without extension, unique. */
  readonly name: string
  readonly part: string
  readonly lot: string
  /** Rotation at which the station is set, degrees; the picture's own yaw scatters about it. */
  readonly angle: number
  readonly split: 'train' | 'test'
  /** What the part has, in view or not; null for a sound part. */
  readonly severity: Severity | null
  readonly spec: RenderSpec
}

/** Share of the sound parts that are published as training data; the others are the nominal test set. */
const trainShare = 0.75

/** Cost: some tens of rays per defective part. */
export function planDataset(options: SimulateOptions): PlannedImage[] {
  const random = createRandom(options.seed, 'forge')
  const total = options.parts + options.defectiveParts
  const angles = stationAngles(options)
  // Defective parts stand anywhere among the others, so that a number says nothing.
  const isDefective = Array.from({ length: total }, (_, i) => i < options.defectiveParts)
  random.fork('order').shuffleInPlace(isDefective)
  const digits = Math.max(4, String(total).length)

  const images: PlannedImage[] = []
  let sound = 0
  let defective = 0
  for (let i = 0; i < total; i++) {
    const stream = random.fork('part', i)
    const lot = stream.fork('lot').integer(options.lots)
    const views = angles.map((angle, k) => drawView(stream.fork('view', k), angle))
    const blank = drawPart(stream, random.fork('lot', lot))
    const kind = isDefective[i] ? options.defects[defective++ % options.defects.length]! : null
    const part = kind === null ? blank : drawDefects(blank, kind, views, stream.fork('defects'))
    const split = kind === null && (sound++ * 0.618034) % 1 < trainShare ? 'train' : 'test'
    angles.forEach((angle, k) => {
      images.push({
        name: `part-${String(i + 1).padStart(digits, '0')}_${stationName(angles, k)}`,
        part: `part-${String(i + 1).padStart(digits, '0')}`,
        lot: `lot-${lot + 1}`,
        angle,
        split,
        severity: part.defects[0]?.severity ?? null,
        spec: {
          size: { width: options.width, height: options.height },
          part,
          view: views[k]!,
          scene: drawScene(stream.fork('scene', k), options),
        },
      })
    })
  }
  return images
}

/** Evenly spaced, degrees to a tenth; one station stands in the middle, a full turn does not repeat its start. */
function stationAngles({ angles: [from, to], imagesPerPart }: SimulateOptions): number[] {
  if (imagesPerPart === 1) return [round((from + to) / 2)]
  const gaps = to - from >= 360 ? imagesPerPart : imagesPerPart - 1
  return Array.from({ length: imagesPerPart }, (_, k) => round(from + ((to - from) * k) / gaps))
}

const round = (angle: number): number => Math.round(angle * 10) / 10 + 0 // + 0: never -0

/** The angle, and a running number where several stations share it. */
function stationName(angles: readonly number[], k: number): string {
  const before = angles.slice(0, k).filter((angle) => angle === angles[k]).length
  return before === 0 ? `${angles[k]}` : `${angles[k]}-${before + 1}`
}

function drawPart(random: Random, lot: Random): PartSpec {
  const die = lot.fork('die')
  const steel = lot.fork('steel')
  return {
    seed: random.fork('surface').integer(2 ** 31),
    text: drawText(lot.fork('text')),
    bowRadius: 30 + 0.25 * die.normal() + 0.2 * random.normal(),
    thickness: 1 + 0.012 * die.normal() + 0.01 * random.normal(),
    roughness: Math.exp(0.06 * steel.normal() + 0.06 * random.normal()),
    tone: 0.4 * Math.exp(0.05 * steel.normal() + 0.05 * random.normal()),
    oxide: Math.min(0.6, Math.max(0, 0.22 + 0.04 * steel.normal() + 0.07 * random.normal())),
    defects: [],
  }
}

function drawText(random: Random): [string, string] {
  const letters = 'CFHKLMNPSTX'
  const letter = () => letters[random.integer(letters.length)]!
  return [`G-13 ${letter()}${1 + random.integer(9)}`, `${1000 + random.integer(9000)} ${letter()}${letter()}`]
}

function drawView(random: Random, angle: number): ViewSpec {
  return {
    yaw: angle + 0.7 * random.normal(),
    pitch: 1.5 + 0.5 * random.normal(),
    roll: 0.4 * random.normal(),
    shift: [0.6 * random.normal(), 0.6 * random.normal()],
  }
}

function drawScene(random: Random, { background }: SimulateOptions): SceneSpec {
  return {
    background,
    exposure: 1.1 * Math.exp(0.04 * random.normal()),
    flash: [-40 + 3 * random.normal(), 75 + 3 * random.normal()],
    blur: 0.55 + 0.08 * Math.abs(random.normal()),
    noise: 1,
    seed: random.integer(2 ** 31),
  }
}
