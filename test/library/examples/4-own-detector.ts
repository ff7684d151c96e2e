import { z } from 'zod'
import {
  type Detector,
  type DetectorMethod,
  evaluateDataset,
  InputError,
  ModelError,
  openModel,
  type PreparedImage,
} from '../../../src/index.ts'

/** How far a pixel is from the grey levels that good parts have. */
const greyRange: DetectorMethod<{ margin: number }> = {
  id: 'grey-range',
  version: 1,
  title: 'Grey levels out of range',
  options: z.strictObject({ margin: z.number().min(0).default(5) }),
  stages: () => [], // no features of a backbone: it looks at the pictures
  async fit({ samples, vision, task }, { margin }) {
    let [low, high] = [255, 0]
    for await (const outcome of vision.images(samples, task)) {
      if (!outcome.ok) throw new InputError(outcome.path, outcome.error)
      for (const grey of greys(outcome.value)) [low, high] = [Math.min(low, grey), Math.max(high, grey)]
    }
    return fitted(low - margin, high + margin)
  },
  async load(files) {
    const bytes = files.get('range.json')
    if (bytes === undefined) throw new ModelError('range.json', 'is missing')
    const [low, high] = z.tuple([z.number(), z.number()]).parse(JSON.parse(new TextDecoder().decode(bytes)))
    return fitted(low, high)
  },
}

function fitted(low: number, high: number): Detector {
  return {
    async *score(refs, vision, task) {
      for await (const outcome of vision.images(refs, task)) {
        if (!outcome.ok) {
          yield outcome
          continue
        }
        const { width, height, frame } = outcome.value
        const data = Float32Array.from(greys(outcome.value), (grey) => Math.max(low - grey, grey - high, 0))
        const score = data.reduce((sum, value) => sum + value, 0) / data.length
        yield { ...outcome, value: { score, map: () => ({ width, height, data }), frame } }
      }
    },
    save: () => new Map([['range.json', new TextEncoder().encode(JSON.stringify([low, high]))]]),
    async close() {},
  }
}

const greys = ({ data, width, height }: PreparedImage) =>
  Array.from({ length: width * height }, (_, i) => data[3 * i] ?? 0)

const detector = greyRange as DetectorMethod
const evaluation = await evaluateDataset({
  ...{ dataset: 'photos', out: 'runs/own', folds: 2, keepModels: true },
  ...{ detector, backbone: 'filterbank', size: { width: 64, height: 64 } },
})
console.log(`AUROC ${evaluation.metrics.image.auroc.mean}`)

const inspector = await openModel({ run: 'runs/own', fold: 0 }, { methods: [detector] })
console.log((await inspector.inspect('photos/spot/spot-0.png')).verdict)
await inspector.close()
