/** What may be asked of `workForOthers`. */

import { number, text, wholeNumber } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { queueOption, storeOption } from '../queue-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'

export const workerAsk = defineAsk({
  caller: 'workForOthers',
  options: {
    queue: {
      ...queueOption.queue,
      help: 'Where jobs come from: Redis, Valkey or PostgreSQL.',
      group: 'Options',
      isRequired: true,
      required: true as const,
    },
    ...storeOption,
    cache: {
      ...machineOptions.cache,
      help: "This machine's own folder, for contents that were fetched and work that is going on.",
      group: 'Options',
    },
    cacheBytes: number({
      help: 'Fetched contents that are kept on this machine, at most.',
      placeholder: 'N',
      min: 0,
      default: 10e9,
    }),
    jobs: wholeNumber({
      help: 'Steps at a time, each in a process of its own with the threads that its submitter asked for.',
      placeholder: 'N',
      min: 1,
      max: 256,
      default: 1,
    }),
    lockSeconds: number({
      help: 'How long after a worker was last heard of its work is taken up by another.',
      placeholder: 'S',
      min: 3,
      max: 3600,
      default: 15,
    }),
    metrics: wholeNumber({
      help: 'Port on this machine that tells Prometheus what the worker does, under /metrics.',
      placeholder: 'PORT',
      min: 1,
      max: 65_535,
    }),
    metricsHost: text({
      help: 'Address it listens on for that.',
      placeholder: 'HOST',
      default: '127.0.0.1',
      onlyWith: { metrics: 'given' },
    }),
    whenEmpty: wholeNumber({
      help: 'End after so many seconds without work.',
      placeholder: 'S',
      min: 1,
      defaultText: 'wait for ever',
    }),
  },
})

export type WorkerOptions = OptionsOf<typeof workerAsk>
export type WorkerRequest = RequestOf<typeof workerAsk>
