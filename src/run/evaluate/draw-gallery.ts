/** The report's pictures: the fitted models look once more at the images worth showing. */
import { join } from 'node:path'
import { readPicture } from '../../backbone/read-picture.ts'
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import { loadModel } from '../../detector/model-folder.ts'
import { InputError } from '../../errors.ts'
import type { FoldResult } from '../../evaluate/evaluate-fold.ts'
import { writeFileAtomic } from '../../files/atomic.ts'
import { colourise, heatColourStops } from '../../image/colour-map.ts'
import { cutContent, cutContentMap, cutContentMask } from '../../image/content.ts'
import { encodeWebp } from '../../image/encode-image.ts'
import type { Frame, Image } from '../../image/image.ts'
import { resizeBilinear } from '../../image/resize-bilinear.ts'
import { createInspector } from '../../inspect/create-inspector.ts'
import type { Inspector } from '../../inspect/inspector.ts'
import { mustGet } from '../../present.ts'
import { buildGallery, type Scene } from '../../report/build-gallery.ts'
import type { Task } from '../../task.ts'
import type { GuardrailPicture } from '../../wire/guardrail-report.ts'
import type { ReportData } from '../../wire/report-data.ts'
import { foldModelFolder } from '../folder/fold-record.ts'
import type { ScoreRange } from '../folder/heat-map-file.ts'
import type { MaskStore } from '../open/mask-store.ts'
import { drawActivations } from './draw-activations.ts'
import type { OpenEvaluation } from './open-evaluation.ts'

/**
 * Writes `report-data.json`.
 *
 * @param range - Colour scale of the heat maps.
 * @param pictures - Of findings.
 * Cost: one scoring of each picture shown.
 */
export async function drawGallery(
  results: readonly FoldResult[],
  run: OpenEvaluation,
  range: ScoreRange,
  pictures: readonly GuardrailPicture[],
  task: Task,
): Promise<void> {
  const { vision, masks, activations, request } = run
  const samples = new Map<string, Sample>()
  for (const { plan } of results) for (const sample of plan.inference) samples.set(sample.id, sample)
  const models = openModels(run)
  try {
    const { items, scale } = await buildGallery({
      rows: results.flatMap(({ scoreRows }) => scoreRows),
      thresholds: new Map(results.map(({ fold, image }) => [fold, finite(image.threshold)])),
      load: (id, fold) => loadScene(mustGet(samples, id), fold, models, vision, masks, task),
      painter: { encodeWebp, colourise, colours: heatColourStops(33) },
      task,
      range,
    })
    const data: ReportData = {
      version: 1,
      command: request.command,
      mapScale: scale,
      gallery: [...items],
      activations: activations && (await drawActivations(activations, vision, task)),
      pictures: [...pictures],
    }
    await writeFileAtomic(join(run.out, 'report-data.json'), JSON.stringify(data))
  } finally {
    await models.close()
  }
}

interface Models {
  of(fold: number): Promise<Inspector>
  close(): Promise<void>
}

/** Fitted models of the folds, each loaded when first asked for. */
function openModels({ out, configured: { method }, vision, machine }: OpenEvaluation): Models {
  const open = new Map<number, Promise<Inspector>>()
  return {
    of(fold) {
      let model = open.get(fold)
      if (model === undefined) {
        model = (async () => {
          const { files } = await loadModel(foldModelFolder(out, fold))
          const detector = await method.load(files, machine)
          return createInspector({ detector, vision, operating: null, close: () => detector.close() })
        })()
        open.set(fold, model)
      }
      return model
    },
    async close() {
      for (const model of open.values()) await (await model).close()
    },
  }
}

async function loadScene(
  sample: Sample,
  fold: number,
  models: Models,
  vision: Vision,
  masks: MaskStore,
  task: Task,
): Promise<Scene | null> {
  const inspector = await models.of(fold)
  const [scored] = await collect(inspector.inspectMany([sample], { task }))
  const image = scored?.ok ? await pictureIn(scored.value.frame, sample, vision, task) : null
  if (!scored?.ok || image === null) return null // it changed on disk since; the figures stand without its picture
  const { map, frame } = scored.value
  const mask = masks.find(sample)
  return { image, map: cutContentMap(map(), frame), mask: mask && cutContentMask(mask, frame) }
}

/** The picture as it lies in the map, without padding; of tiles the map is larger than the model's input. */
async function pictureIn(frame: Frame, sample: Sample, vision: Vision, task: Task): Promise<Image | null> {
  const { size } = vision
  if (frame.size.width === size.width && frame.size.height === size.height) {
    const [picture] = await collect(vision.images([sample], task))
    return picture?.ok ? cutContent(picture.value) : null
  }
  try {
    const whole = await readPicture(sample, null, sample.reading)
    return resizeBilinear(whole, frame.content)
  } catch (error) {
    if (error instanceof InputError) return null
    throw error
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
