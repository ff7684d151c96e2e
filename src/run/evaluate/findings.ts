/** Findings of an evaluation that come before those about its figures: of leakage, of the quick check, of backbone and pictures. */
import type { ResolvedBackbone } from '../../backbone/resolve-weights.ts'
import { shippedDifference, shippedSha256 } from '../../backbone/shipped-weights.ts'
import { embeddedBackbone, shippedBackbone } from '../../backbone/weights-registry.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { GuardrailRun } from '../../guardrail/contract.ts'
import type { Finding } from '../../wire/evaluation.ts'
import type { MaskStore } from '../open/mask-store.ts'
import type { OpenEvaluation } from './open-evaluation.ts'

/** @param checked - What the guardrails on the data found. */
export function findingsOf(
  {
    backbone,
    masks,
    seen,
  }: Pick<OpenEvaluation, 'masks' | 'seen'> & { backbone: Pick<ResolvedBackbone, 'id' | 'weightsId'> },
  { report: { findings } }: GuardrailRun,
  leakage: Finding | null,
): readonly Finding[] {
  const isSizeTold = findings.some(({ id }) => id === 'defect.size') // tells of defects that vanish, with their sizes
  const own = [
    lostMasksFinding(masks, seen.samples),
    embeddedBackboneFinding(backbone),
    isSizeTold ? null : vanishedDefectsFinding(masks.vanished),
  ]
  return [leakage, ...findings, ...own].filter((finding): finding is Finding => finding !== null)
}

/** Where no pretrained weights looked at the images: what that may cost, and what to do. */
function embeddedBackboneFinding({
  id,
  weightsId,
}: Pick<ResolvedBackbone, 'id' | 'weightsId'>): Finding | null {
  if (id !== embeddedBackbone && weightsId !== `sha256:${shippedSha256}`) return null
  return {
    id: 'backbone.embedded',
    severity: 'info',
    title:
      id === embeddedBackbone
        ? 'The filter bank looked at the images: it knows edges and textures, no objects.'
        : `The backbone of the program, ${shippedBackbone}, looked at the images. ${shippedDifference}`,
    evidence: { backbone: id },
    remedy:
      'A pretrained backbone may miss fewer defects: `plumbline weights pull mobilenet_v2`, then evaluate again and ' +
      '`plumbline compare` the two runs.',
  }
}

/** Masks that were drawn and cannot be used: nobody means to do without their pixel figures. */
function lostMasksFinding({ failures }: MaskStore, samples: readonly Sample[]): Finding | null {
  const drawn = samples.filter(({ label, mask }) => label === 'anomalous' && mask !== null).length
  const [first] = failures
  if (first === undefined) return null
  const isAll = failures.length >= drawn
  return {
    id: 'masks.unusable',
    severity: isAll ? 'error' : failures.length >= drawn / 4 ? 'warning' : 'info',
    title: isAll
      ? `None of ${drawn} masks can be used, so there are no pixel figures; the first: ${first.path}: ${first.reason}.`
      : `${failures.length} of ${drawn} masks cannot be used, and pixel figures leave their images out; the first: ${first.path}: ${first.reason}.`,
    evidence: { count: failures.length, masks: drawn, files: failures.slice(0, 20) },
    remedy:
      'Draw or export these masks again at the size of their image. `plumbline look` shows masks over their images.',
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
