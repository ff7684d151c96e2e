/** Which detector, looking at what. */
import { weightsFolder } from '../backbone/weights-folder.ts'
import { configureMethod, methodNames } from '../detector/methods.ts'
import { choice, pairs, path, size, text } from './kinds.ts'
import type { Values } from './option.ts'

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

export type VisionRequest = Values<typeof visionOptions>

export const detectorOptions = {
  detector: choice(methodNames, { help: 'Method of detection.', group, default: 'patchcore' }),
  detectorOptions: pairs({ help: 'A setting of the detector itself; repeatable.', group, named: 'option' }),
  ...visionOptions,
}

export type DetectorRequest = Values<typeof detectorOptions>

/** @throws {UsageError} A setting that the detector does not have or refuses, all of them named. */
export async function checkDetector(
  request: Pick<DetectorRequest, 'detector' | 'detectorOptions'>,
): Promise<void> {
  await configureMethod(request.detector, request.detectorOptions)
}
