/** Judges images with a model folder: score, verdict, heat map; one bad image is an entry, not the end. */
import { stat } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { createVision } from '../../backbone/create-vision.ts'
import { resolveBackbone } from '../../backbone/resolve-weights.ts'
import { listFolder } from '../../dataset/listing.ts'
import { loadMethod } from '../../detector/methods.ts'
import { loadModel } from '../../detector/model-folder.ts'
import { InputError, ModelError, UsageError } from '../../errors.ts'
import { decide } from '../../evaluate/evaluate-fold.ts'
import { isSystemError } from '../../files/atomic.ts'
import type { PredictRequest } from '../../request.ts'
import { checkCancelled, type Task } from '../../task.ts'
import type { ModelCard } from '../../wire/model.ts'
import type { PredictedImage, Prediction } from '../../wire/prediction.ts'
import { heatMapPath, writeHeatMap } from '../folder/heat-map-file.ts'

interface Wanted {
  readonly path: string
  /** Name of its heat map below the output folder. */
  readonly name: string
}

/**
 * @throws {ModelError} The model folder or its backbone's weights are not what they should be.
 * @throws {UsageError} The model has no threshold and none was named. @throws {InputError} A folder without images.
 */
export async function predictImages(request: PredictRequest, task: Task): Promise<Prediction> {
  const { card, files } = await loadModel(request.model)
  const threshold = request.threshold ?? card.threshold?.value
  if (threshold === undefined) {
    throw new UsageError(
      `${request.model}: the model has no threshold of its own: name one with --threshold SCORE`,
    )
  }
  const review = request.threshold === null ? (card.threshold?.review ?? null) : null
  const wanted = await findImages(request.images, task)
  const backbone = await resolveBackbone(
    { backbone: card.backbone.id, weightsFolders: [request.weights] },
    task,
  )
  refuseOtherWeights(request.model, card, backbone.weightsId)
  const machine = { device: request.device, threads: request.threads }
  const { width, height, fit } = card.input
  const vision = createVision({
    size: { width, height },
    fit,
    backbone,
    cacheFolder: request.cache,
    images: wanted.length,
    ...machine,
  })
  const detector = await (await loadMethod(card.detector.id)).load(files, machine)
  const images: PredictedImage[] = []
  const progress = task.progress('predict', 'images')
  try {
    for await (const outcome of detector.score(wanted, vision, task)) {
      checkCancelled(task)
      const { name } = wanted[images.length]!
      if (!outcome.ok) images.push({ path: outcome.path, ok: false, error: outcome.error })
      else {
        const { score, map, frame } = outcome.value
        const mapPath = request.out === null ? null : heatMapPath(request.out, name)
        if (mapPath !== null) await writeHeatMap(mapPath, map(), frame, card.mapScale)
        const verdict = decide(score, { threshold, reviewThreshold: review })
        images.push({ path: outcome.path, ok: true, score, threshold, verdict, map: mapPath })
      }
      progress.update(images.length, wanted.length)
    }
  } finally {
    progress.end()
    await detector.close()
    await vision.close()
  }
  return { images }
}

/** Files as named, folders as the images below them; two files of one name get maps of different names. */
async function findImages(paths: readonly string[], task: Task): Promise<readonly Wanted[]> {
  const wanted: Wanted[] = []
  const taken = new Set<string>()
  const add = (path: string, name: string): void => {
    let unique = name
    for (let i = 2; taken.has(unique); i++) unique = `${name}-${i}`
    taken.add(unique)
    wanted.push({ path, name: unique })
  }
  for (const path of paths) {
    if (!(await isFolder(path))) {
      add(path, basename(path))
      continue
    }
    const { images } = await listFolder(path, task)
    if (images.length === 0) throw new InputError(path, 'holds no images')
    for (const image of images) add(join(path, image), relative('', image))
  }
  return wanted
}

/** A path that leads nowhere is a file: scoring it will say what is wrong, in its place. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    if (isSystemError(error)) return false
    throw error
  }
}

function refuseOtherWeights(folder: string, { backbone }: ModelCard, found: string): void {
  if (backbone.weights === found) return
  throw new ModelError(
    join(folder, 'model.json'),
    `was fitted on ${backbone.id} with weights ${backbone.weights}, but the weights at hand are ${found}`,
  )
}
