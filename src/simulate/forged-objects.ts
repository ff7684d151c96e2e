/** The objects of the forge by name. */
import type { ForgedObject, Layers } from './forged-object.ts'
import { linkObject } from './link/link-object.ts'
import { plateObject } from './plate/plate-object.ts'
import type { ObjectName, RenderSpec } from './render-spec.ts'
import { ringObject } from './ring/ring-object.ts'
import { weaveObject } from './weave/weave-object.ts'

export const forgedObjects: Readonly<Record<ObjectName, ForgedObject>> = {
  link: linkObject,
  ring: ringObject,
  plate: plateObject,
  weave: weaveObject,
}

export const exposeObject = (spec: RenderSpec): Layers => forgedObjects[spec.part.object].expose(spec)
