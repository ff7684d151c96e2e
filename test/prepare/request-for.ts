/** A preparation of `in` below a folder to `out` beside it: centred, on one thread, with the masks in `in/found`. */
import { join } from 'node:path'
import type { PrepareOptions } from '../../src/options/requests/prepare.ts'

export const requestFor = (folder: string, more: Partial<PrepareOptions> = {}): PrepareOptions => ({
  dataset: join(folder, 'in'),
  createdAt: '2026-01-01T00:00:00Z',
  command: 'plumbline prepare',
  out: join(folder, 'out'),
  center: true,
  segmenter: 'masks',
  masks: join(folder, 'in/found'),
  threads: 1,
  ...more,
})
