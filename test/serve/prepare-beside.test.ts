/** Pictures prepared in a thread beside the model: the same pixels, the same verdicts, and none missed where the thread is gone. */
import { describe, expect, it } from 'vitest'
import { prepareImage } from '../../src/image/prepare-image.ts'
import { createPreparer } from '../../src/serve/inspection/prepare-beside.ts'
import { stripes } from '../../src/testing/striped-image.ts'
import { modelCard } from '../helpers/model-card.ts'
import { greyPng, openGreyStation } from './grey-station.ts'

const input = { width: 48, height: 32, fit: 'pad' } as const
const card = modelCard({ input })
const picture = stripes(1, true, 90, 70)

describe('a preparer', () => {
  it('gives what would be prepared here, while the model judges another', async () => {
    const preparer = createPreparer(2, () => true)
    expect(await preparer.prepare('the picture', picture, card)).toEqual({
      ...{ path: 'the picture', picture, prepared: prepareImage(picture, input, 'pad') },
    })
    await preparer.close()
  })

  it.each([
    ['the model waits', 2, false, {}],
    ['there is one thread', 1, true, {}],
    ['the model prepares pictures itself', 2, true, { preparation: {} }],
    ['only a region of it counts', 2, true, { input: { ...input, roi: { file: 'roi.png' } } }],
    ['it looks at tiles', 2, true, { input: { ...input, tiles: { width: 16, height: 16 } } }],
  ])('leaves the picture as it is where %s', async (_, threads, isBusy, facts) => {
    const preparer = createPreparer(threads, () => isBusy)
    expect(await preparer.prepare('p', picture, { ...card, ...(facts as Partial<typeof card>) })).toBe(
      picture,
    )
    await preparer.close()
  })

  it('leaves it as it is where its thread has ended', async () => {
    const preparer = createPreparer(2, () => true)
    await preparer.close()
    await expect.poll(() => preparer.prepare('p', picture, card)).toBe(picture)
  })
})

it('judges a crowd as it judges one after the other', async () => {
  const station = await openGreyStation({ threads: 2 })
  const levels = [90, 110, 130, 155, 170, 190, 120, 145]
  const pictures = await Promise.all(levels.map((level) => greyPng(level, 300, 200)))
  const ask = async (payload: Buffer): Promise<unknown> => {
    const response = await station.app.inject({
      ...{ method: 'POST', url: '/v1/inspect', payload, headers: { 'content-type': 'image/png' } },
    })
    const { score, verdict, regions, images } = response.json()
    return { score, verdict, regions, images }
  }
  const alone: unknown[] = []
  for (const picture of pictures) alone.push(await ask(picture))
  expect(alone.map((answer) => (answer as { score: number }).score)).toEqual(levels)
  expect(await Promise.all(pictures.map(ask))).toEqual(alone)
})
