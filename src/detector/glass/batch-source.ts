/** Where training steps get their patches: the contract that the two ways, by images and by pools of patches, fulfil. */
import type { TensorData } from '../../graph/index.ts'
import type { Networks } from './networks.ts'

/** What a training step is fed, but for the centre: `StepSettings` has their sizes. */
export interface Batch {
  readonly nominal: TensorData
  readonly augmented: TensorData
  readonly mask: TensorData
  readonly noise: TensorData
}

export interface BatchSource {
  /** Width of a patch. */
  readonly dims: number
  /** Nominal patches a step. */
  readonly rows: number
  /** Augmented patches a step. */
  readonly augmentedRows: number
  /**
   * Mean of nominal patches, float32 [positions, dims]: over all, or for each place of an image; `rows` go through the
   * places image by image.
   */
  readonly mean: Float32Array
  /** Steps of an epoch: training is interrupted and resumed between epochs. */
  readonly epochSteps: number
  /** Called before the first step of an epoch, with the networks as they are; what follows depends on nothing older. */
  startEpoch(epoch: number, networks: Networks): Promise<void>
  /** @param step - Counted from 0 over all epochs. @returns The same memory at each call. */
  draw(step: number): Promise<Batch>
}
