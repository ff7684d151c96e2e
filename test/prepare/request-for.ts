/** A preparation of `in` below a folder to `out` beside it: centred, on one thread, with the masks in `in/found`. */
import { join } from 'node:path'
import type { PrepareRequest } from '../../src/request.ts'

export const requestFor = (folder: string, more: Partial<PrepareRequest> = {}): PrepareRequest => ({
  dataset: join(folder, 'in'),
  layout: 'auto',
  partPattern: null,
  parts: 'given',
  where: null,
  createdAt: '2026-01-01T00:00:00Z',
  command: 'plumbline prepare',
  out: join(folder, 'out'),
  blank: null,
  center: true,
  rotateUpright: false,
  canvas: null,
  margin: 0,
  tile: null,
  segmenter: 'masks',
  masks: join(folder, 'in/found'),
  threads: 1,
  ...more,
})
