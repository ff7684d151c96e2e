/**
 * What the benchmark of pitfalls asks: a guardrail, datasets of the forge that are well, and datasets that are ill in one
 * known way, from strongly to hardly. A case is added to the list in `cases.ts`.
 */
import type { ObjectName } from '../../src/simulate/render-spec.ts'
import type { SimulateOptions } from '../../src/simulate/simulate-options.ts'
import type { Task } from '../../src/task.ts'

export type Recipe = Partial<Omit<SimulateOptions, 'out' | 'seed' | 'object' | 'workers'>>

export interface PitfallCase {
  /** Id as in `docs/guardrails.md`; two cases of one guardrail differ in `illness`. */
  readonly guardrail: string
  /** What is wrong with the ill datasets; names the dose. */
  readonly illness: string
  /** Falling severity; the first is the documented one, at which sensitivity counts. */
  readonly doses: readonly number[]
  readonly objects: readonly ObjectName[]
  /** Beyond `smallDataset`; null is the healthy twin. */
  recipe(dose: number | null): Recipe
  /** Looks at the dataset in a folder, which is deleted afterwards. */
  ask(folder: string, task: Task): Promise<Answered>
  /** Files and folders, relative to the repository, whose text decides about the answers: those of older text are asked again. */
  readonly sources: readonly string[]
  /** Whatever else decides about the answers: backbone, size. */
  readonly settings: string
}

export interface Answered {
  readonly kind: 'found' | 'passed' | 'skipped'
  /** Evidence of what was found, or the reason why nothing was asked; for tuning. */
  readonly detail: unknown
}

/** One pathology of the forge, its strength the dose. */
export const atStrength =
  (name: keyof SimulateOptions['pathologies'], always: Recipe = {}) =>
  (dose: number | null): Recipe => ({
    ...always,
    pathologies: { ...always.pathologies, ...(dose !== null && { [name]: dose }) },
  })
