import { glass } from '../../../src/detector/glass/glass.ts'
import { glassOptions } from '../../../src/detector/glass/options.ts'
import { describeDetector } from '../battery.ts'

describeDetector(
  glass,
  glassOptions.parse({
    steps: 120,
    rows: 128,
    augmentedRows: 64,
    hidden: 32,
    augmentedEach: 4,
    hypothesis: 'manifold',
    relative: false, // the pictures have so few patches that a defect is half of what they are compared with
  }),
)
