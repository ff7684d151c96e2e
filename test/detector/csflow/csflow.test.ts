import { csflow } from '../../../src/detector/csflow/csflow.ts'
import { csflowOptions } from '../../../src/detector/csflow/options.ts'
import { describeDetector } from '../battery.ts'

describeDetector(
  csflow,
  csflowOptions.parse({
    stages: ['scale3'],
    magnify: 2,
    kernels: [3],
    hidden: 8,
    epochs: 4,
    leastSteps: 0,
    batch: 6,
    peakShare: 0.05,
  }),
)
