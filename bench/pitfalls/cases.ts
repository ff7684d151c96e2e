/** Every case of the benchmark of pitfalls, in the order of the table. */
import { dataCases } from './data-cases.ts'
import { modelCases } from './model-cases.ts'
import type { PitfallCase } from './pitfall-case.ts'

export const pitfallCases: readonly PitfallCase[] = [...dataCases, ...modelCases]
