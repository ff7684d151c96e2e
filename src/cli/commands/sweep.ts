import { join } from 'node:path'
import { InputError } from '../../errors.ts'
import { sweepAsk } from '../../options/requests/sweep.ts'
import { defineCommand } from '../command.ts'
import { sweepText } from '../text/sweep-text.ts'

export const sweep = defineCommand({
  name: 'sweep',
  summary: 'A grid of evaluations, on this machine or over a queue',
  description: [
    'Evaluates one dataset with every detector, backbone, size and seed that a YAML or JSON file names, and says which differences are left once all comparisons are counted (Holm). The folder gets a run for each, sweep.json and sweep.html.',
    'Interrupted, it goes on; an evaluation that is there already, of the same options and images, is not made again.',
  ],
  options: sweepAsk.options,
  examples: [
    'plumbline sweep grid.yaml --out sweeps/first',
    'plumbline sweep grid.yaml --out sweeps/first --queue redis://queue.local --store /mnt/plumbline --threads 1',
  ],
  async run(values, { request, task, columns }) {
    const { sweepDataset } = await import('../../pipeline.ts')
    const sweep = await sweepDataset(request(values), task)
    const failed = sweep.cells.find(({ failure }) => failure !== null)
    return {
      json: sweep,
      text: sweepText(sweep, join(values.out, 'sweep.html'), columns),
      ...(failed && { failure: new InputError(failed.name, failed.failure ?? '') }),
    }
  },
})
