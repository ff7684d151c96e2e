/** Encrypted places: believed where the configuration says so, and not otherwise. */
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hasMosquitto, mosquitto } from '../helpers/mosquitto.ts'
import { type OwnCertificate, ownCertificate } from '../helpers/own-certificate.ts'
import { sampleJudged } from './sample-judged.ts'
import { setUpOutputs, until } from './set-up-outputs.ts'

const environment = { SECRET: Buffer.alloc(32, 1).toString('base64') }

let own: OwnCertificate
beforeAll(async () => {
  own = await ownCertificate()
}, 120_000)

const ending: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end()
})

async function told(output: Readonly<Record<string, unknown>>): Promise<() => unknown> {
  const { outputs, outbox, put } = await setUpOutputs({ outputs: [output] }, environment)
  ending.push(() => outputs.close(0))
  put(sampleJudged(1))
  await until(() => outbox.all[0]!.state === 'delivered' || outbox.all[0]!.attempts > 0)
  return () => outbox.all[0]
}

describe('a webhook over TLS', () => {
  async function server(asksForCertificate = false) {
    const names: unknown[] = []
    const made = createServer(
      {
        ...{ cert: own.certificate, key: own.key },
        ...(asksForCertificate && { requestCert: true, rejectUnauthorized: true, ca: own.certificate }),
      },
      (request, response) => {
        names.push((request.socket as TLSSocket).getPeerCertificate()?.subject?.CN ?? null)
        response.writeHead(204).end()
      },
    )
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
    ending.push(() => {
      made.close()
      made.closeAllConnections()
    })
    const url = `https://127.0.0.1:${(made.address() as AddressInfo).port}/`
    return { names, output: { type: 'webhook', name: 'mes', url, secret: { env: 'SECRET' } } }
  }

  it('is not told anything while nobody says that it is believed', async () => {
    const { names, output } = await server()
    const letter = await told(output)
    expect(letter()).toMatchObject({ state: 'waiting', lastError: expect.stringMatching(/self.signed/) })
    expect(names).toEqual([])
  })

  it('is told where its certificate is believed', async () => {
    const { names, output } = await server()
    const letter = await told({ ...output, ca: own.certificatePath })
    expect(letter()).toMatchObject({ state: 'delivered' })
    expect(names).toEqual([null])
  })

  it('is shown who we are where it asks', async () => {
    const { names, output } = await server(true)
    const without = await told({ ...output, ca: own.certificatePath })
    expect(without()).toMatchObject({ state: 'waiting' })
    const us = { ca: own.certificatePath, certificate: own.certificatePath, key: own.keyPath }
    const letter = await told({ ...output, ...us })
    expect(letter()).toMatchObject({ state: 'delivered' })
    expect(names).toEqual(['test'])
  })
})

describe.skipIf(!hasMosquitto)('a broker over TLS (needs mosquitto)', () => {
  it('is told where its certificate is believed, and nothing otherwise', async () => {
    const files = [`certfile ${own.certificatePath}`, `keyfile ${own.keyPath}`]
    const broker = await mosquitto(['allow_anonymous true', ...files])
    await broker.start()
    ending.push(() => broker.kill())
    const output = {
      type: 'mqtt',
      name: 'b',
      topic: 'line',
      timeoutMs: 2000,
      url: `mqtts://127.0.0.1:${broker.port}`,
    }
    expect((await told(output))()).toMatchObject({
      state: 'waiting',
      lastError: expect.stringMatching(/self.signed/),
    })
    expect((await told({ ...output, ca: own.certificatePath }))()).toMatchObject({ state: 'delivered' })
  })
})
