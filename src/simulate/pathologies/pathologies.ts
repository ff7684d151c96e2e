/** The pathologies by name, and their application to a healthy plan. */
import { createRandom } from '../../math/random.ts'
import type { PlannedImage } from '../planned-image.ts'
import type { SimulateOptions } from '../simulate-options.ts'
import { fewSamples, unbalanced } from './amounts.ts'
import { contaminatedTrain } from './contaminated-train.ts'
import { blur, exposure, fixtureInView, glare, noise } from './faulty-pictures.ts'
import { lightingDrift } from './lighting-drift.ts'
import { nearDuplicates } from './near-duplicates.ts'
import type { Pathology } from './pathology.ts'
import { type PathologyName, pathologyNames } from './pathology-names.ts'
import { aspect, freePose, rotatedTest } from './pose.ts'
import { hiddenParts, partScatter } from './roles.ts'
import { background, brightness, fileType } from './shortcuts.ts'
import { hardKind, tinyDefects } from './small-defects.ts'
import { unreadable } from './unreadable.ts'

export const pathologies: Readonly<Record<PathologyName, Pathology>> = {
  'few-samples': fewSamples,
  unbalanced,
  'contaminated-train': contaminatedTrain,
  'tiny-defects': tinyDefects,
  'hard-kind': hardKind,
  'free-pose': freePose,
  'rotated-test': rotatedTest,
  aspect,
  background,
  brightness,
  'lighting-drift': lightingDrift,
  exposure,
  glare,
  'fixture-in-view': fixtureInView,
  blur,
  noise,
  'file-type': fileType,
  'near-duplicates': nearDuplicates,
  'part-scatter': partScatter,
  'hidden-parts': hiddenParts,
  unreadable,
}

/** In the order of `pathologyNames`, whatever the order of the options; strength 0 leaves the plan as it is. */
export function applyPathologies(plan: readonly PlannedImage[], options: SimulateOptions): PlannedImage[] {
  return pathologyNames.reduce<PlannedImage[]>(
    (changed, name) => {
      const strength = options.pathologies[name] ?? 0
      const random = createRandom(options.seed, 'pathology', name)
      return strength === 0 ? changed : pathologies[name].apply(changed, strength, random, options)
    },
    [...plan],
  )
}
