import type { Architecture } from './architecture.ts'
import { madeWeights } from './made-weights.ts'
export const filterbank: Architecture = {
  id: 'filterbank',
  stages: [],
  defaultStages: [],
  leastSide: 32,
  embedded: () => madeWeights('filterbank', [], {}),
  build: () => new Map(),
}
