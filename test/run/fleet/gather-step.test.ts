/** Steps that build on what was gathered, done by a worker's hands without a queue. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configureMethod } from '../../../src/detector/methods.ts'
import { encodePng } from '../../../src/image/encode-image.ts'
import { makingOf } from '../../../src/run/fleet/look.ts'
import { openWorkshop, type Workshop } from '../../../src/run/fleet/steps/do-step.ts'
import type { GatherOrder, LearntFrom } from '../../../src/run/fleet/steps/gather-step.ts'
import type { TrainOrder } from '../../../src/run/fleet/steps/train-step.ts'
import { quietTask } from '../../../src/task.ts'
import { stripes } from '../../../src/testing/striped-image.ts'
import { openFolderStore } from '../../../src/work/folder-store.ts'
import { type Step, stepBytes, stepId } from '../../../src/work/step.ts'
import { readStepResult, recordInStore } from '../../../src/work/step-result.ts'
import { putBlob, type Store, stepKey } from '../../../src/work/store.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'

const size = { width: 64, height: 64 }
const made = makingOf({ device: 'cpu', threads: 1 }, size)
const stream = ['train']

async function setUp() {
  const home = temporaryFolder()
  const store = await openFolderStore(join(home, 'store'))
  const workshop = await openWorkshop({ store: store.place, folder: join(home, 'own'), cacheBytes: 1e6 })
  const { method, options } = await configureMethod('patchcore', { bankSize: 32, candidates: 500 })
  const { id, version } = method
  const images = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => ({
      ...{ id: `${i}.png`, label: 'nominal' as const, part: null, foreground: null },
      sha256: await putBlob(store, await encodePng(stripes(i, false))),
    })),
  )
  const order = {
    look: { size, fit: 'pad' as const, backbone: { id: 'filterbank', weights: 'embedded' } },
    ...{ detector: { id, version, options }, folders: {}, seed: 0 },
  }
  return { store, workshop, images, order }
}

async function done(step: Step, store: Store, workshop: Workshop) {
  const id = stepId(step)
  await store.put(stepKey(id), stepBytes(step))
  const result = await workshop.do(id, quietTask)
  await recordInStore(store, id, result)
  return (await readStepResult(store, id, result))!
}

describe('a fit on what was gathered', () => {
  // As many as there are, or as if the shards were a sliver of all, so that each tells too little.
  it.each([40, 400_000])('is the fit on the images themselves, where shards think of %i', async (images) => {
    const { store, workshop, images: all, order } = await setUp()
    const modelOf = async (train: LearntFrom) => {
      const step: TrainOrder = { ...order, stream, maps: null, isKept: true, held: [], train }
      const { files } = await done({ kind: 'train', made, order: step }, store, workshop)
      expect(files.map(({ path }) => path)).toEqual(['model/bank.bin'])
      return files[0]!.sha256
    }
    try {
      const steps: string[] = []
      for (let from = 0; from < all.length; from += 9) {
        const shard = all.slice(from, from + 9)
        const fits = [{ stream, images, places: shard.map((_, i) => from + i) }]
        const gather: GatherOrder = { ...order, fits, images: shard }
        steps.push((await done({ kind: 'gather', made, order: gather }, store, workshop)).step)
      }
      expect(await modelOf({ images: all.length, steps, fit: 0 })).toBe(await modelOf(all))
    } finally {
      await workshop.close()
    }
  })

  it('says which result is gone', async () => {
    const { store, workshop, order } = await setUp()
    const train = { images: 40, steps: ['0'.repeat(64)], fit: 0 }
    const step: TrainOrder = { ...order, stream, maps: null, isKept: true, held: [], train }
    await expect(done({ kind: 'train', made, order: step }, store, workshop)).rejects.toThrow(
      /the result of step 0{64} is gone: start again/,
    )
    await workshop.close()
  })
})
