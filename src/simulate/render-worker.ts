/** A thread's side of `render-pool.ts`: takes specifications, gives renderings, one after the other. */
import { parentPort } from 'node:worker_threads'
import { renderLink } from './render-link.ts'
import type { RenderSpec } from './render-spec.ts'

parentPort!.on('message', (spec: RenderSpec) => {
  const rendering = renderLink(spec)
  parentPort!.postMessage(rendering, [
    rendering.image.data.buffer as ArrayBuffer,
    rendering.defectMask.data.buffer as ArrayBuffer,
    rendering.foreground.data.buffer as ArrayBuffer,
  ])
})
