/** How a run looks at images, as plain data that a thread can be given, and the looking that is made of it there. */
import { createVision, type OpenVision, type VisionOptions } from '../../backbone/create-vision.ts'
import { type KnownContents, rememberContents } from '../../backbone/file-contents.ts'
import { resolveBackbone } from '../../backbone/resolve-weights.ts'
import type { View } from '../../detector/view/view.ts'
import { ModelError } from '../../errors.ts'
import type { Task } from '../../task.ts'

export interface VisionPlan {
  readonly backbone: { readonly id: string; readonly weights: string }
  /** Where its weights may lie. */
  readonly weightsFolder: string
  readonly vision: Pick<
    VisionOptions,
    'size' | 'fit' | 'cacheFolder' | 'isCacheShared' | 'keptBytes' | 'device' | 'threads' | 'interest'
  >
  /** Threads beside each other, each of which may fit. */
  readonly fitsAtOnce: number
  /** Null where whole images are looked at. */
  readonly view: View | null
}

/** @throws {ModelError} The weights changed on disk since the run began. */
export async function openPlannedVision(
  { backbone, weightsFolder, vision }: VisionPlan,
  task: Task,
): Promise<{ readonly vision: OpenVision; readonly contents: KnownContents }> {
  const { id, weights } = backbone
  const resolved = await resolveBackbone({ backbone: id, weightsFolders: [weightsFolder] }, task)
  if (resolved.weightsId !== weights) {
    throw new ModelError(id, `its weights are ${resolved.weightsId} now, and the run began with ${weights}`)
  }
  const contents = rememberContents({ isSteady: true })
  return { vision: createVision({ ...vision, backbone: resolved, contents }), contents }
}
