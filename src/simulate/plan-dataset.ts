/**
 * Draws a whole dataset from its options, before anything is rendered: which parts there are, what is wrong with them, how
 * each is photographed. A plan is plain data; a pathology is a function from plan to plan (`pathologies/`).
 *
 * Every part and every picture has its own random stream, so that a change of one leaves the others as they were.
 */
import { createRandom, type Random } from '../math/random.ts'
import { defectKinds } from './defect-kinds.ts'
import type { Station } from './forged-object.ts'
import { forgedObjects } from './forged-objects.ts'
import { leastDefectPixels } from './least-defect-pixels.ts'
import { applyPathologies } from './pathologies/pathologies.ts'
import type { PlannedImage } from './planned-image.ts'
import type { RenderSpec, SceneSpec, ViewSpec } from './render-spec.ts'
import type { SimulateOptions } from './simulate-options.ts'

/** Share of the sound parts that are published as training data; the others are the nominal test set. */
const trainShare = 0.75

/** Cost: some tens of rays per defective part. */
export function planDataset(options: SimulateOptions): PlannedImage[] {
  return applyPathologies(planHealthy(options), options)
}

function planHealthy(options: SimulateOptions): PlannedImage[] {
  const object = forgedObjects[options.object]
  const kinds = options.defects ?? defectKinds[options.object]
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
    const stations = angles.map((angle, k) =>
      object.station(angle + 0.7 * stream.fork('station', k).normal()),
    )
    const views = stations.map((station, k) => drawView(stream.fork('view', k), station))
    const blank = object.drawPart(stream, random.fork('lot', lot))
    const kind = isDefective[i] ? kinds[defective++ % kinds.length]! : null
    const part = kind === null ? blank : object.drawDefects(blank, kind, views, stream.fork('defects'))
    const split = kind === null && (sound++ * 0.618034) % 1 < trainShare ? 'train' : 'test'
    const id = `part-${String(i + 1).padStart(digits, '0')}`
    angles.forEach((angle, k) => {
      images.push({
        name: `${id}_${stationName(angles, k)}`,
        part: id,
        lot: `lot-${lot + 1}`,
        angle,
        split,
        severity: part.defects[0]?.severity ?? null,
        spec: {
          ...specDefaults(options),
          part,
          view: views[k]!,
          scene: drawScene(stream.fork('scene', k), stations[k]!, options),
        },
        truth: { part: id, copyOf: null, pathologies: [], whenAnomalous: [] },
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

/** How the part is held at a station: as set, but for a little. */
function drawView(random: Random, { spin, yaw, pitch }: Station): ViewSpec {
  return {
    spin,
    yaw,
    pitch: pitch + 0.5 * random.normal(),
    roll: 0.4 * random.normal(),
    scale: 1,
    shift: [0.6 * random.normal(), 0.6 * random.normal()],
    turn: 0,
  }
}

function drawScene(random: Random, { flash }: Station, { background }: SimulateOptions): SceneSpec {
  return {
    background,
    dye: [1, 1, 1],
    dust: 0,
    exposure: 1.1 * Math.exp(0.04 * random.normal()),
    tint: [1, 1, 1],
    flash: [flash[0] + 3 * random.normal(), flash[1] + 3 * random.normal()],
    blur: 0.5 + 0.16 * Math.abs(random.normal()),
    noise: Math.exp(0.07 * random.normal()),
    glare: 0,
    finger: 0,
    seed: random.integer(2 ** 31),
  }
}

/** Of every picture of a dataset. */
function specDefaults({
  width,
  height,
}: SimulateOptions): Pick<RenderSpec, 'size' | 'file' | 'leastDefectPixels' | 'whenAnomalous'> {
  const size = { width, height }
  return {
    size,
    file: { format: 'png', shift: [0, 0], damage: null },
    leastDefectPixels: leastDefectPixels(size),
    whenAnomalous: null,
  }
}
