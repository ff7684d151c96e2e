import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { connectAsync } from 'mqtt'
import { expect, it } from 'vitest'
import { type CheckedOutput, checkOutputs } from '../../src/outputs/check-outputs.ts'
import { parseOutputsConfig } from '../../src/outputs/config/read-config.ts'
import { freePort, hasMosquitto, mosquitto } from '../helpers/mosquitto.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const environment = { SECRET: Buffer.alloc(32, 1).toString('base64') }

async function check(folder: string, ...outputs: unknown[]): Promise<readonly CheckedOutput[]> {
  const config = parseOutputsConfig({ outputs }, 'o.json')
  const { signal } = new AbortController()
  return await checkOutputs(
    { config, folder, path: 'o.json' },
    { clock: () => new Date(), environment, signal },
  )
}

const webhook = (port: number, name = 'mes') => ({
  ...{ type: 'webhook', name, url: `http://127.0.0.1:${port}/`, secret: { env: 'SECRET' } },
})

it('says of every place whether it can be reached, and tells none of them a result', async () => {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.method)
    response.writeHead(405).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'in-the-way'), '')
  const found = await check(
    folder,
    webhook(port),
    webhook(await freePort(), 'gone'),
    { ...webhook(port, 'keyless'), secret: { env: 'NONE' } },
    { type: 'file', name: 'lines', folder: 'results' },
    { type: 'file', name: 'blocked', folder: 'in-the-way' },
  )
  server.close()
  server.closeAllConnections()
  expect(found.map(({ name, ok }) => [name, ok])).toEqual([
    ['mes', true],
    ['gone', false],
    ['keyless', false],
    ['lines', true],
    ['blocked', false],
  ])
  expect(found[0]!.words).toMatch(/answers \(status 405 to HEAD\); not encrypted/)
  expect(found[1]!.words).toMatch(/ECONNREFUSED/)
  expect(found[2]!.words).toBe('o.json: outputs[2].secret: the environment variable NONE is not set')
  expect(asked).toEqual(['HEAD'])
})

it.skipIf(!hasMosquitto)('leaves the state of a station that runs alone (needs mosquitto)', async () => {
  const broker = await mosquitto()
  const output = {
    type: 'mqtt',
    name: 'b',
    url: broker.url,
    topic: 'line',
    clientId: 'station',
    timeoutMs: 500,
  }
  const [absent] = await check(temporaryFolder(), output)
  expect(absent).toMatchObject({ ok: false, words: expect.stringContaining('ECONNREFUSED') })
  await broker.start()
  const running = await connectAsync(broker.url, { clientId: 'station' })
  const heard: string[] = []
  running.on('message', (topic) => void heard.push(topic))
  await running.subscribeAsync('line/state', { qos: 1 })
  const [present] = await check(temporaryFolder(), output)
  expect(present).toMatchObject({ ok: true, words: expect.stringContaining('takes messages on line') })
  expect([running.connected, heard]).toEqual([true, []])
  await running.endAsync(true)
  await broker.kill()
})
