/** An interrupted training as bytes: all that the next epoch needs. */
import { z } from 'zod'
import { asFloat32, type TensorData, type TrainingState, tensor } from '../../graph/index.ts'
import { named } from '../../present.ts'
import { openCheckpoint } from '../checkpoint.ts'
import type { Scratch } from '../detector.ts'
import { mapNamed, type Named } from '../score-graph/score-graph.ts'
import type { TensorFileKind } from '../tensor-file.ts'
import type { Networks } from './networks.ts'

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

export interface GlassCheckpoint {
  read(): Promise<Checkpoint | undefined>
  /** Writes it when the last one was some time ago. @param isLast - Write it in any case. */
  keep(checkpoint: Checkpoint, isLast: boolean): Promise<void>
  /** Step of the last one that was read or written; null for none. */
  readonly lastStep: number | null
}

export function openGlassCheckpoint(scratch: Scratch | null): GlassCheckpoint {
  const file = openCheckpoint(kind, scratch)
  let lastStep: number | null = null
  const stepOf = (state: TrainingState): number => Number(named(state, 'step').data[0])
  return {
    get lastStep() {
      return lastStep
    },
    async read() {
      const saved = await file.read()
      if (saved === undefined) return undefined
      const under = (group: Group): Named<TensorData> =>
        Object.fromEntries(
          Object.entries(saved.tensors)
            .filter(([name]) => name.startsWith(`${group}/`))
            .map(([name, data]) => [name.slice(group.length + 1), data]),
        )
      const networks = {
        parameters: mapNamed(under('best-parameters'), asFloat32),
        buffers: mapNamed(under('best-buffers'), asFloat32),
      }
      const state = under('state')
      lastStep = stepOf(state)
      return {
        state,
        points: named(saved.tensors, 'points').data as Float32Array,
        best: saved.settings.best && { ...saved.settings.best, networks },
      }
    },
    async keep({ state, points, best }, isLast) {
      const under = (group: Group, tensors: Named<TensorData>) =>
        Object.entries(tensors).map(([name, data]) => [`${group}/${name}`, data] as const)
      const contents = () => ({
        settings: { best: best && { epoch: best.epoch, score: best.score } },
        tensors: Object.fromEntries([
          ...under('state', state),
          ...under('best-parameters', best?.networks.parameters ?? {}),
          ...under('best-buffers', best?.networks.buffers ?? {}),
          ['points', tensor(points, [points.length])] as const,
        ]),
      })
      if (await file.keep(contents, isLast)) lastStep = stepOf(state)
    },
  }
}
