/** What a rendering thread is asked and answers. */
import type { Layers } from './forged-object.ts'
import { exposeObject } from './forged-objects.ts'
import { shareLayers } from './layer-cache.ts'
import { type Rendering, renderPicture } from './render-picture.ts'
import type { RenderSpec } from './render-spec.ts'

export interface RenderJob {
  readonly spec: RenderSpec
  /** Known from an earlier picture. */
  readonly layers: Layers | undefined
  /** Whether new layers are wanted back. */
  readonly isKept: boolean
}

export interface RenderResult {
  readonly rendering: Rendering
  /** In shared memory; only where they are new and wanted. */
  readonly layers: Layers | undefined
}

export function runJob({ spec, layers, isKept }: RenderJob): RenderResult {
  if (layers !== undefined) return { rendering: renderPicture(spec, layers), layers: undefined }
  const fresh = exposeObject(spec)
  return { rendering: renderPicture(spec, fresh), layers: isKept ? shareLayers(fresh) : undefined }
}
