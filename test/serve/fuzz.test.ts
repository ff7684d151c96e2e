/** Some hundreds of requests that no honest client sends; `scripts/station/fuzz.ts` sends thousands. */
import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { fuzzRequest, kinds, send } from '../../scripts/station/fuzz-requests.ts'
import { createRandom } from '../../src/math/random.ts'
import { greyPng, openGreyStation } from './grey-station.ts'

it('answers every one of them with a refusal or a verdict, writes nothing, and works on', async () => {
  const station = await openGreyStation({
    keep: 'none',
    keepMaps: 'none',
    rate: 10_000_000,
    maxBytes: 200_000,
    queue: 100,
  })
  const random = createRandom(7, 'fuzz')
  const picture = await greyPng(120, 32, 32)
  const port = Number(new URL(station.address).port)
  const before = readdirSync(station.context.folder, { recursive: true })
  const seen = new Set<string>()
  const wrong: string[] = []
  for (let i = 0; i < 60; i++) {
    const requests = Array.from({ length: 6 }, () => fuzzRequest(random, picture))
    const statuses = await Promise.all(requests.map((request) => send(port, request, 20_000)))
    for (const [at, { kind, allowed, bytes }] of requests.entries()) {
      seen.add(kind)
      const status = statuses[at]
      if (status !== null && status !== undefined && !allowed.includes(status))
        wrong.push(`${kind}: ${status} for ${bytes.subarray(0, 120).toString('latin1')}`)
    }
  }
  expect(wrong).toEqual([])
  expect(seen.size).toBeGreaterThanOrEqual(kinds.length - 1)
  await expect.poll(() => station.context.line.held, { timeout: 20_000 }).toBe(0)
  const headers = { 'content-type': 'image/png' }
  const good = await station.app.inject({ method: 'POST', url: '/v1/inspect', payload: picture, headers })
  expect(good.json()).toMatchObject({ verdict: 'review', score: 120 })
  expect(station.log.join('')).not.toContain('"code":"BUG"')
  const isDatabase = (name: unknown): boolean => /records\.db/.test(String(name))
  const after = readdirSync(station.context.folder, { recursive: true })
  expect(after.filter((name) => !isDatabase(name)).sort()).toEqual(
    before.filter((name) => !isDatabase(name)).sort(),
  )
}, 180_000)
