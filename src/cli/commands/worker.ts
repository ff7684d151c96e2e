import { workerAsk } from '../../options/requests/worker.ts'
import { defineCommand } from '../command.ts'

export const worker = defineCommand({
  name: 'worker',
  summary: 'Take jobs from a queue, for runs larger than one machine',
  description: [
    'Does the steps of evaluations, checks and trainings that were started with --queue on this or other machines. It needs the queue and the store, and not the dataset. As many as you like may be started; each step is done in a second process, so that an image that ends it is told and left out.',
    'Ctrl-C gives back what it is at. A worker that dies, or whose network does, is replaced by any other after --lock-seconds.',
  ],
  options: workerAsk.options,
  examples: [
    'plumbline worker --queue redis://queue.local --store /mnt/plumbline',
    'plumbline worker --queue postgres://plumbline@db.local/plumbline --store /mnt/plumbline --jobs 4 --metrics 9464',
  ],
  async run(values, { request, task }) {
    const { workForOthers } = await import('../../pipeline.ts')
    const worked = await workForOthers(request(values), task)
    return { json: worked, text: `${worked.done} steps done, ${worked.failed} failed\n` }
  },
})
