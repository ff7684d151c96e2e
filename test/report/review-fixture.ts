/** A preparation of two images, one without an object, and what its page shows of it. */
import type { ReviewPictures } from '../../src/report/review-page.ts'
import { type Preparation, type PreparedRecord, preparationSchema } from '../../src/wire/preparation.ts'

const record = (source: string, isFound: boolean): PreparedRecord => ({
  source,
  input: { path: `/data/${source}`, sha256: 'a'.repeat(64), width: 8, height: 6 },
  outputs: [{ image: `images/${source}`, mask: null, foreground: null, sha256: 'b'.repeat(64), tile: null }],
  box: isFound ? { x: 2, y: 1, width: 4, height: 3 } : null,
  placement: { size: { width: 8, height: 6 }, toSource: [1, 0, 0, 0, 1, 0] },
  confidence: isFound ? 0.9 : null,
  quality: isFound
    ? { area: 0.25, border: 0, pieces: 1, holes: 0, solidity: 1, fromTypical: null, fromPrevious: null }
    : null,
  defectKept: isFound ? 0.8 : null,
  marks: isFound ? ['defect-cut'] : ['nothing-found'],
  suspicion: isFound ? 1 : 10,
  notes: isFound ? [] : ['<b>its mask is empty</b>'],
})

export const aPreparation: Preparation = preparationSchema.parse({
  plumbline: '0.1.0',
  createdAt: '2026-01-01T00:00:00Z',
  command: 'plumbline prepare parts --out made',
  source: { path: 'parts', layout: 'folders', images: 3 },
  options: { blank: [0, 0, 0], center: true, rotateUpright: false, tile: null },
  segmenter: { id: 'embedded', detail: { learnedFrom: 2 } },
  canvas: { width: 8, height: 6, isAutomatic: true, widest: ['good/1.png'], tallest: ['good/1.png'] },
  restriction: { where: 'angle < 9', kept: 3, of: 5, words: 'Only images with angle < 9: 3 of 5.' },
  views: {
    column: 'view',
    separation: 0.4,
    clusters: [
      {
        name: '1',
        images: 2,
        example: 'good/1.png',
        spread: 0.5,
        silhouette: Buffer.from(new Uint8Array(576).fill(99)).toString('base64'),
      },
    ],
  },
  summary: { images: 3, prepared: 2, failed: 1, marked: 2, marks: { 'nothing-found': 1, 'defect-cut': 1 } },
  images: [record('good/1.png', true), record('good/2.png', false)],
  failures: [{ path: '/data/good/<3>.png', mark: 'unreadable', reason: 'is no image' }],
})

const pixel = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'
const thumbnail = { width: 8, height: 6, source: pixel }

export const aReview: ReviewPictures = {
  shown: [
    { record: aPreparation.images[1]!, photo: thumbnail, outline: '', prepared: thumbnail, defect: '' },
    {
      record: aPreparation.images[0]!,
      photo: thumbnail,
      outline: 'M2 1H6V4H2Z',
      prepared: thumbnail,
      defect: 'M2 1H3V2H2Z',
    },
  ],
  before: { ...thumbnail, images: 2 },
  after: null,
}
