/** Whether the work is done by workers of other machines, and where they share it. */
import { storeFolder } from '../backbone/weights-folder.ts'
import { problemOfUrl, withoutPassword } from '../work/queue-url.ts'
import { bad, choice, good, type Notation, noted, path } from './kinds.ts'
import type { Values } from './option.ts'

const group = 'Workers'

/** Of a queue. */
export const queueUrl: Notation<string> = {
  placeholder: 'URL',
  parse(text) {
    const problem = problemOfUrl(text)
    return problem === undefined ? good(text) : bad(problem)
  },
  format: withoutPassword, // what is written down is read by others
  is: (raw): raw is string => typeof raw === 'string' && problemOfUrl(raw) === undefined,
}

export const queueOption = {
  queue: noted(queueUrl, {
    help: 'Let workers (`plumbline worker`) do the work, over a queue on Redis, Valkey or PostgreSQL.',
    group,
    defaultText: 'the work is done here',
    isBookkeeping: true,
  }),
}

export const storeOption = {
  store: path({
    help: 'Folder that every worker sees, for images, features and results.',
    group,
    placeholder: 'DIR',
    default: storeFolder,
    defaultText: '$PLUMBLINE_STORE, else in the cache folder of the system',
    isBookkeeping: true,
  }),
}

const onlyWith = { queue: 'given' } as const

export const queueOptions = {
  ...queueOption,
  store: {
    ...storeOption.store,
    help: 'With `--queue`: folder that every worker sees, for images, features and results.',
    onlyWith,
  },
  whenStopped: choice(['leave', 'withdraw'], {
    help: 'With `--queue`, on Ctrl-C: leave the work to the workers, so that the same command finds it done, or take back what nobody has begun.',
    group,
    default: 'leave',
    onlyWith,
    isBookkeeping: true,
  }),
}

export type QueueRequest = Values<typeof queueOptions>

/** For work that is done here, whatever was asked. */
export const withoutQueue = { queue: null, whenStopped: 'leave' } as const
