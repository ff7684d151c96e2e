/** An interrupted training as bytes: all that the next epoch needs. */
import { z } from 'zod'
import { type TensorData, tensor } from '../../graph/tensor.ts'
import type { TrainingState } from '../../graph/training-state.ts'
import type { Scratch } from '../detector.ts'
import { decodeTensorFile, encodeTensorFile, type TensorFileKind } from '../tensor-file.ts'
import type { Named, Networks } from './networks.ts'

/** The best networks so far by what is held back. */
export interface Best {
  /** Epochs after which they were judged. */
  readonly epoch: number
  readonly score: number
  readonly networks: Networks
}

export interface Checkpoint {
  /** Of the engine, after a whole epoch. */
  readonly state: TrainingState
  /** Of the curves, as their recorder gives it. */
  readonly points: Float32Array
  readonly best: Best | null
}

const kind: TensorFileKind<{ readonly best: { readonly epoch: number; readonly score: number } | null }> = {
  name: 'glass.checkpoint',
  magic: 'PLGC',
  version: 1,
  settings: z.strictObject({ best: z.strictObject({ epoch: z.int(), score: z.number() }).nullable() }),
}

const groups = ['state', 'best-parameters', 'best-buffers'] as const
type Group = (typeof groups)[number]

export async function readCheckpoint(scratch: Scratch | null): Promise<Checkpoint | undefined> {
  const bytes = await scratch?.read(kind.name)
  if (bytes === undefined) return undefined
  const { settings, tensors } = decodeTensorFile(kind, bytes)
  const under = (group: Group): Named<TensorData> =>
    Object.fromEntries(
      Object.entries(tensors)
        .filter(([name]) => name.startsWith(`${group}/`))
        .map(([name, data]) => [name.slice(group.length + 1), data]),
    )
  const networks = { parameters: under('best-parameters'), buffers: under('best-buffers') }
  return {
    state: under('state'),
    points: tensors.points!.data as Float32Array,
    best: settings.best && { ...settings.best, networks },
  }
}

const leastMs = 20_000
/** Writing takes at most one part in this many of the time. */
const sparing = 30

export interface CheckpointWriter {
  /** Writes it when the last one was some time ago. @param isLast - Write it in any case. */
  keep(checkpoint: Checkpoint, isLast: boolean): Promise<void>
  /** Step of the last one that was written; null for none. */
  readonly lastStep: number | null
}

export function createCheckpointWriter(scratch: Scratch | null, lastStep: number | null): CheckpointWriter {
  let last = performance.now()
  let waitMs = leastMs
  return {
    get lastStep() {
      return lastStep
    },
    async keep({ state, points, best }, isLast) {
      const start = performance.now()
      if (scratch === null || (!isLast && start - last < waitMs)) return
      const named = (group: Group, tensors: Named<TensorData>) =>
        Object.entries(tensors).map(([name, data]) => [`${group}/${name}`, data] as const)
      const tensors = Object.fromEntries([
        ...named('state', state),
        ...named('best-parameters', best?.networks.parameters ?? {}),
        ...named('best-buffers', best?.networks.buffers ?? {}),
        ['points', tensor(points, [points.length])] as const,
      ])
      const settings = { best: best && { epoch: best.epoch, score: best.score } }
      await scratch.write(kind.name, encodeTensorFile(kind, { settings, tensors }))
      lastStep = Number(state.step!.data[0])
      last = performance.now()
      waitMs = Math.max(leastMs, sparing * (last - start))
    },
  }
}
