/** Which detector, looking at what. */
import { weightsFolder } from '../backbone/weights-folder.ts'
import type { DetectorMethod } from '../detector/detector.ts'
import { configureMethod, methodNames } from '../detector/methods.ts'
import { choice, good, pairs, path, size, text } from './kinds.ts'
import type { Option, Values } from './option.ts'

const group = 'Detector'

/** Through what the images are looked at. */
export const visionOptions = {
  backbone: text({
    help: 'Frozen feature extractor; `plumbline weights list` names them.',
    group,
    placeholder: 'NAME',
    defaultText: 'the best one at hand',
  }),
  weights: path({
    help: 'Folder of pretrained weights.',
    group,
    placeholder: 'DIR',
    default: (machine) => weightsFolder(null, machine),
    defaultText: '$PLUMBLINE_WEIGHTS, else where `weights pull` puts them',
    mustExist: 'no such folder of weights',
  }),
  size: size({ help: 'Model input in pixels.', group, defaultText: "the detector's own" }),
  fit: choice(['pad', 'stretch', 'crop'], {
    help: 'How an image is brought to that size; `pad` and `crop` never distort.',
    group,
    default: 'pad',
  }),
}

/** What of an image is looked at. */
export const viewOptions = {
  tiles: size({
    help: 'Cut images into tiles of this size, which overlap evenly, and look at each at the model input: for small defects in large images. An image has one score, the largest of its tiles, and one map.',
    group,
    defaultText: 'whole images',
  }),
  roi: path({
    help: 'Region of interest: an image of the size of all others, white where defects count and black where nothing does, in training, evaluation and prediction.',
    group,
    placeholder: 'MASK',
    defaultText: 'all of an image',
    mustExist: 'no such file',
  }),
}

const byName = choice(methodNames, { help: 'Method of detection.', group, default: 'patchcore' })

/** By name, or for the library a method of the caller's own; it is written down by its name. */
const detector: Option<string | DetectorMethod, false> = {
  ...byName,
  kind: {
    ...byName.kind,
    read: (raw, form, folder) =>
      form === 'value' && isMethod(raw) ? good(raw) : byName.kind.read(raw, form, folder),
    write: (value) => (typeof value === 'string' ? value : value.id),
  },
}

const isMethod = (raw: unknown): raw is DetectorMethod =>
  typeof raw === 'object' && raw !== null && 'id' in raw && 'fit' in raw && 'load' in raw

export type VisionRequest = Values<typeof visionOptions>

export const detectorOptions = {
  detector,
  detectorOptions: pairs({ help: 'A setting of the detector itself; repeatable.', group, named: 'option' }),
  ...visionOptions,
  ...viewOptions,
}

export type DetectorRequest = Values<typeof detectorOptions>

/** @throws {UsageError} A setting that the detector does not have or refuses, all of them named. */
export async function checkDetector(
  request: Pick<DetectorRequest, 'detector' | 'detectorOptions'>,
): Promise<void> {
  await configureMethod(request.detector, request.detectorOptions)
}
