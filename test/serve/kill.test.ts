/** Three times kill -9 under load, with the process that users run. `scripts/station/kill.ts` does it twenty times. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { killRounds } from '../../scripts/station/kill-rounds.ts'
import { saveSmallModel } from '../../scripts/station/small-model.ts'
import { startStation } from '../../scripts/station/station-process.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

it('loses nothing that was acknowledged, doubles nothing, and tells the line everything', async () => {
  const folder = temporaryFolder()
  const model = join(folder, 'small')
  await saveSmallModel(model)
  const summary = await killRounds({ folder, model, rounds: 3, seed: 1, database: null })
  expect(summary).toMatchObject({ rounds: 3, lost: 0, doubled: 0, untold: 0 })
  expect(summary.acknowledged).toBeGreaterThanOrEqual(30)
}, 180_000)

it('answers what has been asked before it ends', async () => {
  const folder = temporaryFolder()
  const model = join(folder, 'small')
  await saveSmallModel(model)
  const station = await startStation(['--model', model, '--data', join(folder, 'data')])
  const { encodePng } = await import('../../src/image/encode-image.ts')
  const { stripes } = await import('../../src/testing/striped-image.ts')
  const body = Buffer.from(await encodePng(stripes(1, true)))
  const headers = { 'content-type': 'image/png' }
  const ask = () => fetch(`${station.address}/v1/inspect`, { method: 'POST', body, headers })
  expect((await ask()).status).toBe(200)
  const asked = Array.from({ length: 12 }, ask)
  // all have arrived: in the queue, or answered already
  const arrived = async (): Promise<number> => {
    const metrics = await (await fetch(`${station.address}/metrics`)).text()
    const counts = metrics.matchAll(
      /^plumbline_(?:requests_held|verdicts_total|no_verdict_total)(?:\{.*\})? (\d+)$/gm,
    )
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
  }
  await expect.poll(arrived).toBe(1 + asked.length)
  const code = station.stop()
  const statuses = await Promise.all(
    asked.map((each) =>
      each.then(
        ({ status }) => status,
        () => 'cut off',
      ),
    ),
  )
  expect(statuses.filter((status) => status === 'cut off')).toEqual([])
  expect(statuses.every((status) => status === 200 || status === 503)).toBe(true)
  expect(await code).toBe(0)
}, 120_000)
