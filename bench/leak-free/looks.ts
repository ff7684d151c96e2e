/** What is varied, one thing at a time, of how pictures are looked at; the first look is what PatchCore does by itself. */
import type { PatchDefaults } from '../../src/backbone/backbone.ts'
import {
  type ChangePicture,
  equalise,
  flattenLight,
  flipped,
  halfTurned,
  localContrast,
  mirrored,
  setLevels,
} from './change-picture.ts'
import type { JudgeOptions } from './judge-left-out.ts'

export interface Look extends Partial<JudgeOptions> {
  readonly name: string
  /** Side of the model input; default 256. */
  readonly size?: number
  /** Stages by depth, 0 for the first of `stagesOf`; default the backbone's own. */
  readonly depths?: readonly number[]
  readonly embedding?: Partial<Omit<PatchDefaults, 'stages'>>
  /** What every picture goes through. */
  readonly picture?: ChangePicture
  /** Copies of good pictures that are learnt as well. */
  readonly copies?: readonly ChangePicture[]
  /** What is taken off the patches of a picture: their mean. */
  readonly isCentred?: boolean
}

/** By backbone, the stages whose place in the network is alike, shallow to deep. */
export const stagesOf: Readonly<Record<string, readonly string[]>> = {
  mobilenet_v2: ['features.3', 'features.6', 'features.10', 'features.13', 'features.16'],
  'plumb-s': ['stage1', 'stage2', 'stage3', 'stage4'],
}

export const looks: readonly Look[] = [
  { name: 'as it is' },
  { name: '32 patches a picture', perPicture: 32 },
  { name: 'stage of stride 8 too', depths: [1, 2, 3] },
  { name: 'strides 4 and 8 too', depths: [0, 1, 2, 3] },
  { name: 'first of the two stages', depths: [2] },
  { name: 'second of the two stages', depths: [3] },
  { name: 'stride 8 and the first', depths: [1, 2] },
  { name: 'the last stage too', depths: [2, 3, 4] },
  { name: 'second of the two and the last', depths: [3, 4] },
  { name: 'the last stage alone', depths: [4] },
  { name: '192 pixels', size: 192 },
  { name: '320 pixels', size: 320 },
  { name: '384 pixels', size: 384 },
  { name: 'neighbourhood 1', embedding: { neighbourhood: 1 } },
  { name: 'neighbourhood 5', embedding: { neighbourhood: 5 } },
  { name: 'neighbourhood 7', embedding: { neighbourhood: 7 } },
  { name: 'lengths kept', embedding: { unitLength: false } },
  { name: 'lengths kept, standardised', embedding: { unitLength: false }, rows: 'standardised' },
  { name: 'lengths kept, whitened', embedding: { unitLength: false }, rows: 'whitened' },
  { name: 'standardised', rows: 'standardised' },
  { name: 'whitened', rows: 'whitened' },
  { name: 'less the mean of the picture', isCentred: true },
  { name: 'levels of the picture set', picture: setLevels },
  { name: 'light flattened', picture: flattenLight },
  { name: 'local contrast', picture: localContrast },
  { name: 'equalised', picture: equalise },
  { name: 'mirrored copies learnt', copies: [mirrored, flipped, halfTurned], perPicture: 16 },
  { name: 'distance by spacing of the bank', isScaled: true },
  // On the second of the two stages, which did best by itself.
  { name: 'second, 320 pixels', depths: [3], size: 320 },
  { name: 'second, neighbourhood 1', depths: [3], embedding: { neighbourhood: 1 } },
  { name: 'second, neighbourhood 5', depths: [3], embedding: { neighbourhood: 5 } },
  { name: 'second, whitened', depths: [3], rows: 'whitened' },
  { name: 'second, mirrored copies', depths: [3], copies: [mirrored, flipped, halfTurned], perPicture: 16 },
  { name: 'second, levels set', depths: [3], picture: setLevels },
]
