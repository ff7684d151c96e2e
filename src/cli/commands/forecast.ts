import { forecastAsk } from '../../options/requests/forecast.ts'
import { defineCommand } from '../command.ts'
import { takeInFlags, withDetectorFlags } from '../detector-flags.ts'
import { forecastText } from '../text/forecast-text.ts'

export const forecast = defineCommand({
  name: 'forecast',
  summary: 'Say what a million images would take on many workers, from rates measured here',
  description: [
    'Measures this machine as a worker, the queue and the store, on 64 images of DATASET, in one or two minutes; then works out what an evaluation of so many images would take on so many workers, step by step, and from how many workers on more of them gain little, and why.',
    'Nothing is left in the queue or in the store. Measure on a machine like those that are to work, with nothing else at work.',
  ],
  options: withDetectorFlags(forecastAsk.options),
  examples: [
    'plumbline forecast parts --queue redis://queue.local --store /mnt/plumbline',
    'plumbline forecast parts --images 200000 --workers 8 --threads 1 --queue redis://queue.local --store /mnt/plumbline',
  ],
  check: (values) => forecastAsk.check?.(takeInFlags(values)),
  async run(values, { request, task, columns }) {
    const { forecastRun } = await import('../../pipeline.ts')
    const found = await forecastRun(request(takeInFlags(values)), task)
    return { json: found, text: forecastText(found, columns) }
  },
})
