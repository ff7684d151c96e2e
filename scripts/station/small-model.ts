/** A model of the program's own that is made in a second, with nothing to download: for whoever starts a real station to try it. */
import { createVision } from '../../src/backbone/create-vision.ts'
import { resolveBackbone } from '../../src/backbone/resolve-weights.ts'
import { saveModel } from '../../src/detector/model-folder.ts'
import { patchcore } from '../../src/detector/patchcore/patchcore.ts'
import { createRandom } from '../../src/math/random.ts'
import { quietTask } from '../../src/task.ts'
import { stripes } from '../../src/testing/striped-image.ts'

/** PatchCore on the filter bank at 64x64, trained on six striped pictures. */
export async function saveSmallModel(folder: string): Promise<void> {
  const machine = { device: 'cpu', threads: 1 }
  const backbone = await resolveBackbone({ backbone: 'filterbank', weightsFolders: [] }, quietTask)
  const size = { width: 64, height: 64 }
  const vision = createVision({ size, fit: 'pad', backbone, cacheFolder: null, ...machine })
  const samples = Array.from({ length: 6 }, (_, i) => ({ path: `train ${i}`, picture: stripes(i, false) }))
  const options = patchcore.options.parse({ bankSize: 64 })
  const random = createRandom(0, 'small model')
  const detector = await patchcore.fit({ samples, vision, random, task: quietTask, ...machine }, options)
  try {
    await saveModel(
      folder,
      {
        ...{ plumbline: '0.1.0', createdAt: '2026-01-01T00:00:00Z', evaluated: null, regions: null },
        detector: { id: 'patchcore', version: patchcore.version, options },
        backbone: { id: 'filterbank', weights: backbone.weightsId },
        input: { ...size, fit: 'pad' },
        threshold: {
          ...{ policy: 'youden', value: 10, review: 5, guarantee: 'none', level: 'image', partScore: 'max' },
          ...{ nominal: 20, anomalous: 20, source: 'a trial' },
        },
        mapScale: { low: 0, high: 20 },
        trained: { images: 6, fingerprint: '', seed: 0 },
        ...{ reference: null, preparation: null },
      },
      detector.save(),
    )
  } finally {
    await detector.close()
    await vision.close()
  }
}
