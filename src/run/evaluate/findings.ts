/** Findings of an evaluation that come before those about its figures: of leakage, of the quick check, of backbone and pictures. */
import type { ResolvedBackbone } from '../../backbone/resolve-weights.ts'
import { embeddedBackbone } from '../../backbone/weights-registry.ts'
import type { GuardrailRun } from '../../guardrail/contract.ts'
import type { Finding } from '../../wire/evaluation.ts'
import type { OpenEvaluation } from './open-evaluation.ts'

/** @param checked - What the guardrails on the data found. */
export function findingsOf(
  { backbone, masks }: Pick<OpenEvaluation, 'backbone' | 'masks'>,
  { report: { findings } }: GuardrailRun,
  leakage: Finding | null,
): readonly Finding[] {
  const isSizeTold = findings.some(({ id }) => id === 'defect.size') // tells of defects that vanish, with their sizes
  const own = [embeddedBackboneFinding(backbone), isSizeTold ? null : vanishedDefectsFinding(masks.vanished)]
  return [leakage, ...findings, ...own].filter((finding): finding is Finding => finding !== null)
}

function embeddedBackboneFinding({ id }: ResolvedBackbone): Finding | null {
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
function vanishedDefectsFinding(vanished: ReadonlySet<string>): Finding | null {
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
