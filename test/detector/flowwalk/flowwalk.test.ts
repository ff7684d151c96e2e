import { flowwalk } from '../../../src/detector/flowwalk/flowwalk.ts'
import { flowwalkOptions } from '../../../src/detector/flowwalk/options.ts'
import { describeDetector } from '../battery.ts'

describeDetector(
  flowwalk,
  flowwalkOptions.parse({
    steps: 100,
    flowSteps: 40,
    flowRows: 128,
    flowHidden: 16,
    blocks: 2,
    relative: false,
  }),
)
