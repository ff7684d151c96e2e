import { patchcoreOptions } from '../../../src/detector/patchcore/options.ts'
import { patchcore } from '../../../src/detector/patchcore/patchcore.ts'
import { describeDetector } from '../battery.ts'

describeDetector(patchcore, patchcoreOptions.parse({ bankSize: 64, candidates: 150, projection: 32 }))
