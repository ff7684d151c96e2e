/** What a result says of the images it is of and of the machine that made it. */
import { runtimeVersion } from '../../graph/index.ts'
import type { MachineRequest } from '../../options/machine-options.ts'
import type { Plan } from '../../wire/plan.ts'
import type { OpenEvaluation } from './open-evaluation.ts'

/** All but what could not be read. */
export function describeImages({
  request,
  dataset: { layout },
  seen: { samples },
  settings,
  card,
}: OpenEvaluation): Omit<Plan['dataset'], 'failures'> {
  const anomalous = samples.filter(({ label }) => label === 'anomalous').length
  return {
    path: request.dataset,
    layout,
    images: { nominal: samples.length - anomalous, anomalous },
    parts: new Set(samples.map(({ part, id }) => part ?? `image:${id}`)).size,
    partsKnown: settings.partsKnown,
    fingerprint: card.fingerprint,
    ...(card.pixels !== undefined && { pixels: card.pixels }),
  }
}

export const describeMachine = ({
  device,
  threads,
}: Pick<MachineRequest, 'device' | 'threads'>): Plan['environment'] => ({
  node: process.version,
  onnxruntime: runtimeVersion(),
  device: device === 'auto' ? 'cpu' : device,
  threads,
})
