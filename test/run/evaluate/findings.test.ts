import { expect, it } from 'vitest'
import { shippedSha256 } from '../../../src/backbone/shipped-weights.ts'
import { findingsOf } from '../../../src/run/evaluate/findings.ts'

it('quotes what is known of the shipped weights of no others of that name', () => {
  const titles = (id: string, weightsId: string) =>
    findingsOf(
      {
        backbone: { id, weightsId },
        masks: { find: () => null, failures: [], vanished: new Set() },
        seen: { samples: [], failures: [], frames: new Map(), embeddings: new Map() },
      },
      { report: { findings: [], passed: [], skipped: [] }, pictures: [], charts: [] },
      null,
    ).map(({ title }) => title)
  expect(titles('plumb-s', `sha256:${shippedSha256}`)).toEqual([expect.stringContaining('it loses 0.035')])
  expect(titles('plumb-s', 'sha256:of-ones-own')).toEqual([])
  expect(titles('filterbank', 'embedded')).toEqual([expect.stringContaining('edges and textures')])
  expect(titles('mobilenet_v2', 'sha256:1')).toEqual([])
})
