/** Addresses that are asked for by a method that they do not take. */
import { beforeAll, expect, it } from 'vitest'
import { openGreyStation, type TestedStation } from './grey-station.ts'

let station: TestedStation
beforeAll(async () => {
  station = await openGreyStation()
})

const id = '0'.repeat(32)

it.each([
  ['GET', '/v1/inspect', 'POST'],
  ['GET', '/v1/inspect?part=4711', 'POST'],
  ['HEAD', '/health/live', 'GET'],
  ['POST', '/health/live', 'GET'],
  ['OPTIONS', '/v1/session', 'DELETE, GET, POST'],
  ['PUT', `/v1/inspections/${id}`, 'GET'],
  ['DELETE', '/v1/runs/line%2Fmonday/maps/0/bad/1.png', 'GET'],
  ['GET', '/v1/models/line-4/activate', 'POST'],
  ['GET', '/v1/models/rollback', 'POST'],
] as const)('%s %s is told that it takes %s', async (method, url, allow) => {
  const { statusCode, headers, body } = await station.app.inject({ method, url })
  expect([statusCode, headers.allow]).toEqual([405, allow])
  if (method !== 'HEAD') expect(JSON.parse(body)).toMatchObject({ status: 405, code: 'METHOD' })
})

it('is told so before a body is read, whatever it is', async () => {
  const headers = { 'content-type': 'application/x-nothing' }
  const answer = await station.app.inject({ method: 'PUT', url: '/v1/inspect', headers, payload: 'text' })
  expect(answer.statusCode).toBe(405)
})

it.each(['/v1/none', '/v1/inspect/', '/v1', `/v1/inspections/${id}/none`, '/v1/modelsXrollback'])(
  '%s is no address by any method',
  async (url) => {
    for (const method of ['GET', 'POST', 'DELETE'] as const) {
      const { statusCode, headers } = await station.app.inject({ method, url })
      expect([statusCode, headers.allow]).toEqual([404, undefined])
    }
  },
)
