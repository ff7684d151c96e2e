/** The vision of a run: backbone chosen and verified, input size settled, feature cache behind it. */
import { architecture } from '../../backbone/architectures.ts'
import { createVision, type OpenVision } from '../../backbone/create-vision.ts'
import { type KnownContents, rememberContents } from '../../backbone/file-contents.ts'
import { fittedSize } from '../../backbone/fitted-size.ts'
import { type ResolvedBackbone, resolveBackbone } from '../../backbone/resolve-weights.ts'
import type { ConfiguredMethod } from '../../detector/methods.ts'
import type { Size } from '../../image/image.ts'
import type { RegionOfInterest } from '../../image/region-of-interest.ts'
import type { VisionRequest } from '../../options/detector-options.ts'
import type { MachineRequest } from '../../options/machine-options.ts'
import type { Task } from '../../task.ts'
import type { VisionPlan } from '../fold-threads/vision-plan.ts'

/** Model input where neither user nor method says otherwise: what the defaults of the detectors were chosen at. */
export const defaultSize = { width: 256, height: 256 } as const

export interface RunVision {
  readonly vision: OpenVision
  /** What files hold, remembered as long as they stay the same. */
  readonly contents: KnownContents
  readonly backbone: ResolvedBackbone
  /** The same for a thread. */
  readonly visionPlan: Omit<VisionPlan, 'view' | 'fitsAtOnce'>
}

/**
 * @throws {UsageError} No such backbone or device. @throws {ModelError} Its weights are missing, damaged, or another's.
 */
export async function openRunVision(
  request: VisionRequest & MachineRequest,
  task: Task,
  /** Whose size is taken where the request has none. */
  configured?: ConfiguredMethod,
  /** Where features go that workers share; null for where the request says. */
  shared: ((size: Size) => string) | null = null,
  interest: RegionOfInterest | null = null,
): Promise<RunVision> {
  const backbone = await resolveBackbone(
    { backbone: request.backbone, weightsFolders: [request.weights] },
    task,
  )
  if (backbone.notice !== null) task.note(backbone.notice)
  const asked = request.size ?? configured?.method.size?.(configured.options) ?? defaultSize
  const network = architecture(backbone.id)
  const size = fittedSize(asked, network)
  if (size.width !== asked.width || size.height !== asked.height) {
    task.note(
      `size: ${backbone.id} takes sides of multiples of ${network.sideStep} pixels: ${size.width}x${size.height} in place of ` +
        `${asked.width}x${asked.height}`,
    )
  }
  const contents = rememberContents({ isSteady: true })
  const options = {
    size,
    fit: request.fit,
    cacheFolder: shared?.(size) ?? request.cache,
    isCacheShared: shared !== null,
    device: request.device,
    threads: request.threads,
    interest,
  }
  const vision = createVision({ ...options, contents, backbone })
  const seenBy = { id: backbone.id, weights: backbone.weightsId }
  const visionPlan = { backbone: seenBy, weightsFolder: request.weights, vision: options }
  return { vision, backbone, contents, visionPlan }
}
