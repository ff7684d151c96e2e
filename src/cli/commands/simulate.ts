import { join } from 'node:path'
import { simulateAsk } from '../../options/requests/simulate.ts'
import { defineCommand } from '../command.ts'

export const simulate = defineCommand({
  name: 'simulate',
  summary: 'Render a dataset of forged parts with known defects, masks and part ids',
  options: simulateAsk.options,
  examples: [
    'plumbline simulate --out parts',
    'plumbline simulate --out dents --parts 100 --defective-parts 40 --defects dent --angles -20..20 --size 256x256',
    'plumbline simulate --out husky --object ring --pathology background=1 --pathology blur=0.5',
  ],
  check: (values) => simulateAsk.check?.(values),
  async run(values, { request, task }) {
    const { simulateDataset } = await import('../../pipeline.ts')
    const summary = await simulateDataset(request(values), task)
    const { images, parts, pathologies } = summary
    const sick = Object.entries(pathologies).map(([name, count]) => `, ${name} in ${count} images`)
    return {
      json: { dataset: values.out, manifest: join(values.out, 'manifest.csv'), ...summary },
      text:
        `${values.out}: ${images.nominal} nominal and ${images.anomalous} anomalous images of ` +
        `${parts.sound} sound and ${parts.defective} defective parts${sick.join('')}\n`,
    }
  },
})
