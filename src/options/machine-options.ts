/** Where the work runs. */
import { availableParallelism } from 'node:os'
import { featureCacheFolder } from '../backbone/weights-folder.ts'
import { choice, pathOrOff, wholeNumber } from './kinds.ts'
import type { Values } from './option.ts'

const group = 'Machine'

export const machineOptions = {
  device: choice(['auto', 'cpu', 'webgpu', 'cuda', 'coreml', 'dml'], {
    help: 'Where the network runs.',
    group,
    default: 'auto',
  }),
  threads: wholeNumber({
    help: 'Processor threads.',
    group,
    placeholder: 'N',
    min: 1,
    max: 1024,
    default: () => availableParallelism(),
    defaultText: 'all cores',
    isBookkeeping: true,
  }),
  cache: pathOrOff({
    help: 'Where features of images are kept, so that folds and later runs need not compute them again.',
    group,
    placeholder: 'DIR',
    default: featureCacheFolder,
    defaultText: '$PLUMBLINE_CACHE, else the cache folder of the system',
    isBookkeeping: true,
  }),
}

export type MachineRequest = Values<typeof machineOptions>
