/** An exported model at work in this program's runtime: pixels in, what it says out. */
import { decide, type Operating } from '../evaluate/evaluate-fold.ts'
import {
  asFloat32,
  type CompiledGraph,
  dynamicExtent,
  openSession,
  type SessionOptions,
  tensor,
} from '../graph/index.ts'
import type { Image } from '../image/image.ts'
import { present } from '../present.ts'
import type { Parity } from '../wire/parity.ts'
import { fed } from './fixture-pictures.ts'
import type { StageValues } from './gate.ts'
import { featureName, outputNames, resizedName } from './model-graph.ts'

export interface ExportedModel {
  /** @param image - Upright RGB, of a size that the model takes. */
  run(image: Image): Promise<StageValues>
  close(): Promise<void>
}

/** @param isDiagnostic - Whether the bytes are those of the diagnostic model, which shows every stage. */
export async function openExported(
  bytes: Uint8Array,
  { model, threshold, review }: Pick<Parity, 'model' | 'threshold' | 'review'>,
  isDiagnostic: boolean,
  machine: SessionOptions,
): Promise<ExportedModel> {
  const session = await openSession(graphOf(bytes, model, isDiagnostic), machine)
  const operating: Operating | null = threshold === null ? null : { threshold, reviewThreshold: review }
  const channels = Number(model.input.shape[3])
  const [batch] = model.input.shape
  return {
    async run(rgb) {
      const { width, height } = rgb
      const picture = fed(rgb, channels)
      const images = typeof batch === 'number' ? batch : 1
      const image = new Uint8Array(images * picture.length)
      for (let i = 0; i < images; i++) image.set(picture, i * picture.length)
      const results = await session.run({ image: tensor(image, [images, height, width, channels]) })
      const first = (name: string): Float32Array => {
        const values = asFloat32(results[name]!).data
        return images === 1 ? values : values.slice(0, values.length / images)
      }
      const score = present(first(outputNames.score)[0], 'a score')
      return {
        score,
        verdict: operating && decide(score, operating),
        frame: Array.from(results[outputNames.frame]!.data.slice(0, 4), Number),
        map: first(outputNames.map),
        ...(isDiagnostic && {
          resized: first(resizedName),
          features: Object.fromEntries(model.stages.map(({ stage }) => [stage, first(featureName(stage))])),
        }),
      }
    },
    close: () => session.close(),
  }
}

/** What goes in and comes out is said in `parity.json`; the session checks it against what the runtime gives. */
function graphOf(
  bytes: Uint8Array,
  { input, size, stages }: Parity['model'],
  isDiagnostic: boolean,
): CompiledGraph {
  const shape = input.shape.map((extent) => (typeof extent === 'number' ? extent : dynamicExtent(extent)))
  const images = shape[0]!
  const float = (name: string, ...rest: number[]) => ({
    name,
    dtype: 'float32' as const,
    shape: [images, ...rest],
  })
  return {
    name: 'exported model',
    bytes,
    inputs: [{ name: 'image', dtype: 'uint8', shape }],
    outputs: [
      float(outputNames.score),
      float(outputNames.map, size.height, size.width),
      { name: outputNames.frame, dtype: 'int64', shape: [images, 4] },
      ...(isDiagnostic
        ? [
            float(resizedName, size.height, size.width, 3),
            ...stages.map(({ stage, channels, rows, cols }) =>
              float(featureName(stage), channels, rows, cols),
            ),
          ]
        : []),
    ],
  }
}
