/** What whoever makes a model says of it, for tests that care about one thing or two. */
import type { ModelFacts } from '../../src/detector/model-folder.ts'
import type { ModelCard } from '../../src/wire/model.ts'

export const modelFacts = (changes: Partial<ModelFacts> = {}): ModelFacts => ({
  plumbline: '0.1.0',
  createdAt: '2026-01-01T00:00:00Z',
  detector: { id: 'patchcore', version: 1, options: {} },
  backbone: { id: 'filterbank', weights: 'embedded' },
  input: { width: 64, height: 64, fit: 'pad' },
  threshold: null,
  regions: null,
  evaluated: null,
  mapScale: { low: 0, high: 1 },
  trained: { images: 1, fingerprint: '', seed: 0 },
  reference: null,
  preparation: null,
  ...changes,
})

/** The whole card of a model without files. */
export const modelCard = (changes: Partial<ModelCard> = {}): ModelCard => ({
  ...modelFacts(),
  format: 'plumbline-model',
  version: 2,
  weights: null,
  fixtures: [],
  extras: {},
  files: {},
  ...changes,
})
