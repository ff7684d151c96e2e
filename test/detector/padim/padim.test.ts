import { padim, padimOptions } from '../../../src/detector/padim/padim.ts'
import { describeDetector } from '../battery.ts'

describeDetector(padim, padimOptions.parse({ dimensions: 8 }))
