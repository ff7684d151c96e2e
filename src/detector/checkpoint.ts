/** An interrupted training as one file of its scratch, written now and then: all that the next pass needs. */
import { z } from 'zod'
import type { TrainingStep } from '../graph/index.ts'
import type { Scratch } from './detector.ts'
import { decodeTensorFile, encodeTensorFile, type TensorFile, type TensorFileKind } from './tensor-file.ts'

/** Milliseconds until the next checkpoint, by what the last one took; 0 before the first. */
export type Pause = (costMs: number) => number

/** At least twenty seconds, and so long that writing takes at most one part in 30 of the time. */
export const sparingPause: Pause = (costMs) => Math.max(20_000, 30 * costMs)

export interface Checkpoint<Settings> {
  /** Undefined where there is nothing to resume. */
  read(): Promise<TensorFile<Settings> | undefined>
  /** Writes when the last one was some time ago, or in any case. @returns Whether it did. */
  keep(contents: () => TensorFile<Settings>, inAnyCase?: boolean): Promise<boolean>
}

/** @param scratch - Null for a training that keeps none. */
export function openCheckpoint<Settings>(
  kind: TensorFileKind<Settings>,
  scratch: Scratch | null,
  pause: Pause = sparingPause,
): Checkpoint<Settings> {
  let last = performance.now()
  let waitMs = pause(0)
  return {
    async read() {
      const bytes = await scratch?.read(kind.name)
      return bytes && decodeTensorFile(kind, bytes)
    },
    async keep(contents, inAnyCase = false) {
      const start = performance.now()
      if (scratch === null || (!inAnyCase && start - last < waitMs)) return false
      await scratch.write(kind.name, encodeTensorFile(kind, contents()))
      last = performance.now()
      waitMs = pause(last - start)
      return true
    },
  }
}

/** Of a training whose record is its losses: the state of the engine's step, and they. */
export interface LossCheckpoint {
  /** Brings the step to where it was. @returns The losses so far; none where there is nothing to resume. */
  resume(step: TrainingStep): Promise<number[]>
  keep(step: TrainingStep, losses: readonly number[], inAnyCase?: boolean): Promise<void>
}

/** @param name - Of the file. @param magic - Its first four letters. */
export function openLossCheckpoint(
  name: string,
  magic: string,
  scratch: Scratch | null,
  pause?: Pause,
): LossCheckpoint {
  const settings = z.strictObject({ losses: z.array(z.number()) })
  const file = openCheckpoint({ name, magic, version: 1, settings }, scratch, pause)
  return {
    async resume(step) {
      const saved = await file.read()
      if (saved === undefined) return []
      step.restore(saved.tensors)
      return saved.settings.losses
    },
    async keep(step, losses, inAnyCase) {
      await file.keep(() => ({ settings: { losses: [...losses] }, tensors: step.live() }), inAnyCase)
    },
  }
}
