/** Options of `prepare` for the segmenter that is told in words what to look for. */
import type { Precision } from '../prepare/grounded-sam/settings.ts'
import { choice, flag, number, path, text } from './kinds.ts'

const group = '--segmenter grounded-sam'
const onlyWith = { segmenter: ['grounded-sam'] } as const
const ours = { group, onlyWith } as const
const share = { ...ours, placeholder: 'P', min: 0, max: 1 } as const
const precisions: readonly Precision[] = ['fp32', 'fp16', 'q8', 'q4']

/**
 * Thresholds of Grounded-Segment-Anything (grounded_sam_demo.py, and grounded_sam_simple_demo.py for `nms`); the smallest
 * exports that take boxes.
 */
export const groundedSamOptions = {
  prompt: text({
    ...ours,
    placeholder: 'WORDS',
    help: 'What to look for in every image, in English, e.g. "a metal chain link".',
  }),
  models: path({
    ...ours,
    placeholder: 'DIR',
    help: 'Folder with a folder OWNER/NAME for each model, laid out as on huggingface.co.',
  }),
  detectorModel: text({
    ...ours,
    placeholder: 'NAME',
    default: 'onnx-community/grounding-dino-tiny-ONNX',
    help: 'Model that finds boxes for words (Grounding DINO); `@COMMIT` after it says which one.',
  }),
  maskModel: text({
    ...ours,
    placeholder: 'NAME',
    default: 'onnx-community/sam2.1-hiera-tiny-ONNX',
    help: 'Model that outlines what is in a box: SAM 2, SAM 3 Tracker or EdgeTAM, or SAM where the export takes boxes; `@COMMIT` as above.',
  }),
  precision: choice(precisions, { ...ours, default: 'fp32', help: 'Which export of the models.' }),
  boxThreshold: number({ ...share, default: 0.3, help: 'Keep boxes whose best word scores above it.' }),
  textThreshold: number({
    ...share,
    default: 0.25,
    help: 'Words that score above it are noted as found, where they are not the whole prompt.',
  }),
  nms: number({
    ...share,
    default: 0.8,
    help: 'Drop a box that overlaps a better one by more than this intersection over union.',
  }),
  pick: choice(['best', 'union'], {
    ...ours,
    default: 'best',
    help: 'The object of the best box, or those of all boxes together.',
  }),
  modelLock: path({
    ...ours,
    placeholder: 'FILE',
    defaultText: 'models.lock.json in --models, which learns files when it first sees them',
    help: 'Hashes that every file of the models must have.',
  }),
  allowDownload: flag({
    ...ours,
    help: 'Fetch missing files of the models from huggingface.co into --models; nothing is fetched otherwise.',
  }),
}
