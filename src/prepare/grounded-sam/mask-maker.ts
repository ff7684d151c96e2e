/** The network that outlines what is in a box: SAM, SAM 2 and their kin. */
import type { Image, Mask } from '../../image/image.ts'
import { named } from '../../present.ts'
import type { Box } from './find-boxes.ts'
import {
  checkNames,
  checkNumber,
  checkShape,
  floats,
  kindOf,
  load,
  loadNetworks,
  local,
  type Opening,
  rawImage,
  run,
} from './network.ts'
import type { ImageProcessor, NativeSession, Networks, Transformers } from './transformers.ts'

/** What is in a box of the photograph that was looked at. */
export type Outliner = (box: Box) => Promise<OutlinedObject>

export interface OutlinedObject {
  /** Of the photograph's size; may be empty. */
  readonly mask: Mask
  /** The network's own guess of the mask's IoU with the truth, 0..1. */
  readonly iou: number
}

export interface MaskMaker {
  /** Looks at the photograph once, for any number of boxes. */
  look(image: Image): Promise<Outliner>
  close(): Promise<unknown>
}

/** Class of the package by `model_type` in `config.json`. */
const maskModels = {
  sam: 'SamModel',
  sam2: 'Sam2Model',
  edgetam: 'EdgeTamModel',
  sam3_tracker: 'Sam3TrackerModel',
} as const
type MaskModel = keyof typeof maskModels

/** @throws {ModelError} The model is of another kind, cannot be loaded, or takes or gives other tensors. */
export async function openMaskMaker(hub: Transformers, opening: Opening): Promise<MaskMaker> {
  const { folder } = opening
  const kind = await kindOf(folder, Object.keys(maskModels) as MaskModel[])
  return loadNetworks(opening, hub, hub[maskModels[kind]], (networks) =>
    makeMaskMaker(hub, folder, kind, networks),
  )
}

async function makeMaskMaker(
  hub: Transformers,
  folder: string,
  kind: MaskModel,
  networks: Networks,
): Promise<MaskMaker> {
  const { model: encoder, prompt_encoder_mask_decoder: decoder } = networks.sessions as Readonly<
    Record<'model' | 'prompt_encoder_mask_decoder', NativeSession>
  >
  checkNames(folder, 'vision_encoder', encoder, { needs: ['pixel_values'], may: [], gives: [] })
  checkNames(folder, 'prompt_encoder_mask_decoder', decoder, {
    needs: ['input_boxes'],
    may: [...encoder.outputNames, ...(kind === 'sam' ? [] : ['input_points', 'input_labels'])],
    gives: ['pred_masks', 'iou_scores'],
  })
  const processor = await load(folder, hub, () => hub.SamImageProcessor.from_pretrained(folder, local))
  // Boxes alone: no points.
  const input_points = new hub.Tensor('float32', new Float32Array(0), [1, 1, 0, 2])
  const input_labels = new hub.Tensor('int64', new BigInt64Array(0), [1, 1, 0])
  return {
    async look(image) {
      const seen = await processor(rawImage(hub, image))
      const embeddings = await run(folder, encoder, { pixel_values: seen.pixel_values })
      return async (box) => {
        const input_boxes = new hub.Tensor('float32', scaled(box, seen), [1, 1, 4])
        const prompts = { input_boxes, input_points, input_labels }
        const results = await run(folder, decoder, prompts, embeddings)
        const [candidates, guesses] = [named(results, 'pred_masks'), named(results, 'iou_scores')]
        const [, , masks = 0, height = 0, width = 0] = candidates.dims
        checkShape(folder, 'pred_masks', candidates, [1, 1, masks, height, width])
        checkShape(folder, 'iou_scores', guesses, [1, 1, masks])
        const ious = floats(folder, 'iou_scores', guesses)
        const best = ious.reduce((at, iou, i) => (iou > ious[at]! ? i : at), 0)
        checkNumber(folder, ious[best]!)
        const logits = floats(folder, 'pred_masks', candidates).subarray(
          best * height * width,
          (best + 1) * height * width,
        )
        const one = new hub.Tensor('float32', logits, [1, 1, 1, height, width])
        const made = await processor.post_process_masks(one, seen.original_sizes, seen.reshaped_input_sizes)
        return {
          mask: { width: image.width, height: image.height, data: made[0]!.data },
          iou: Math.min(1, Math.max(0, ious[best]!)),
        }
      }
    },
    close: () => networks.dispose(),
  }
}

/** A box in the pixels that the network sees. */
function scaled(
  { left, top, right, bottom }: Box,
  { original_sizes, reshaped_input_sizes }: Awaited<ReturnType<ImageProcessor>>,
): Float32Array {
  const [height, width] = original_sizes[0]!
  const [rows, cols] = reshaped_input_sizes[0]!
  const [across, down] = [cols / width, rows / height]
  return Float32Array.of(left * across, top * down, right * across, bottom * down)
}
