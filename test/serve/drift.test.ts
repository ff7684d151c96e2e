/** The drift watch of a running station, and promise beside reality. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createRandom } from '../../src/math/random.ts'
import { driftStatusSchema } from '../../src/wire/station/drift.ts'
import { promiseSchema } from '../../src/wire/station/promise.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { greyPng, openGreyStation, saveGreyModel } from './grey-station.ts'

it('raises an alarm when light changes, goes on after a restart, and can be commissioned again', async () => {
  const data = join(temporaryFolder(), 'data')
  const model = join(temporaryFolder(), 'grey')
  await saveGreyModel(model)
  const options = { data, model, rate: 1_000_000 }
  const random = createRandom(0, 'light')
  const first = await openGreyStation(options)
  let station = first
  const judge = async (level: number): Promise<void> => {
    const payload = await greyPng(level)
    const headers = { 'content-type': 'image/png' }
    await station.app.inject({ method: 'POST', url: '/v1/inspect', payload, headers })
  }
  const status = async () =>
    driftStatusSchema.nullable().parse((await station.app.inject('/v1/drift')).json())
  expect(await status()).toBeNull()
  for (let i = 0; i < 210; i++) await judge(50 + random.integer(30))
  expect(await status()).toMatchObject({ reference: { parts: 200, needed: 200 }, parts: 10, alarms: [] })
  await first.close()
  station = await openGreyStation(options)
  expect(await status()).toMatchObject({ parts: 10 })
  const heard: string[] = []
  station.context.events.listen(({ event }) => void heard.push(event.kind))
  for (let i = 0; i < 40; i++) await judge(85 + random.integer(5))
  const after = await status()
  expect(after?.alarms.map(({ group }) => group)).toContain('light')
  expect(heard).toContain('alarm')
  expect((await station.app.inject('/v1/drift/points')).json().length).toBeGreaterThan(0)
  const promise = promiseSchema.parse((await station.app.inject('/v1/promise')).json())
  expect(promise).toMatchObject({ judged: 250, promised: null })
  expect((await station.app.inject({ method: 'POST', url: '/v1/drift/commission' })).statusCode).toBe(200)
  expect(await status()).toMatchObject({ reference: { parts: 0 }, alarms: [] })
})
