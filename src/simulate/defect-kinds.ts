/** What can be wrong with each object. */
import type { ObjectName } from './render-spec.ts'

export const defectKinds = {
  link: ['dent', 'scratch', 'deformation'],
  ring: ['nick', 'scratch', 'chatter'],
  plate: ['scratch', 'bend', 'missing-hole'],
  weave: ['missing-thread', 'stain', 'tear'],
} as const satisfies Readonly<Record<ObjectName, readonly string[]>>

export type DefectKind<Name extends ObjectName> = (typeof defectKinds)[Name][number]

export const allDefectKinds: readonly string[] = [...new Set(Object.values(defectKinds).flat())]
