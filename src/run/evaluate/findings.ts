/** Findings that only the run itself can make: about its backbone and its pictures. */
import type { ResolvedBackbone } from '../../backbone/resolve-weights.ts'
import { embeddedBackbone } from '../../backbone/weights-registry.ts'
import type { Finding } from '../../wire/evaluation.ts'

export function embeddedBackboneFinding({ id }: ResolvedBackbone): Finding | null {
  if (id !== embeddedBackbone) return null
  return {
    id: 'backbone.embedded',
    severity: 'info',
    title: 'The embedded backbone looked at the images: it knows edges and textures, no objects.',
    evidence: { backbone: id },
    remedy:
      'A pretrained backbone usually misses fewer defects: `plumbline weights pull mobilenet_v2`, then evaluate again and ' +
      '`plumbline compare` the two runs.',
  }
}

/** @param vanished - Ids of anomalous images whose mask has no pixel left at the model's size. */
export function vanishedDefectsFinding(vanished: ReadonlySet<string>): Finding | null {
  if (vanished.size === 0) return null
  const some = [...vanished].sort()
  return {
    id: 'defect.vanished',
    severity: 'warning',
    title: `${some.length} defects are so small that nothing of their masks is left at the model's input size.`,
    evidence: { images: some.slice(0, 20), count: some.length },
    remedy:
      'The detector can hardly see them, and pixel figures leave them out. Evaluate at a larger --size, or photograph closer.',
  }
}
