/** Against a real broker. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterEach, describe, expect, it } from 'vitest'
import { hasMosquitto, type Mosquitto, mosquitto } from '../helpers/mosquitto.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { sampleJudged } from './sample-judged.ts'
import { type SetUp, setUpOutputs, until } from './set-up-outputs.ts'

const topic = 'plant/line 3/station'
const ready = { phase: 'ready', model: null, underWay: 0, takes: true, reason: null } as const

const opened: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function startBroker(lines?: readonly string[]): Promise<Mosquitto> {
  const broker = await mosquitto(lines)
  await broker.start()
  opened.push(() => broker.kill())
  return broker
}

async function station(broker: Mosquitto, changes: Readonly<Record<string, unknown>> = {}): Promise<SetUp> {
  const output = { type: 'mqtt', name: 'broker', url: broker.url, topic, timeoutMs: 2000, ...changes }
  const made = await setUpOutputs({ station: 'line 3', outputs: [output] }, { PASSWORD: 'geheim' })
  opened.push(() => made.outputs.close(500))
  return made
}

interface Heard {
  readonly topic: string
  readonly retained: boolean
  // biome-ignore lint/suspicious/noExplicitAny: JSON as it came
  readonly document: any
}

/** Somebody who listens, and comes back with the broker. */
async function listener(
  broker: Mosquitto,
): Promise<{ readonly heard: Heard[]; readonly client: MqttClient }> {
  const heard: Heard[] = []
  const client = await connectAsync(broker.url, { reconnectPeriod: 50, protocolVersion: 5 })
  client.on('error', () => {})
  client.on('message', (name, payload, { retain }) =>
    heard.push({ topic: name, retained: retain, document: JSON.parse(payload.toString()) }),
  )
  await client.subscribeAsync(`${topic}/#`, { qos: 1 })
  opened.push(() => client.endAsync(true))
  return { heard, client }
}

const results = (heard: readonly Heard[]): Heard[] => heard.filter((each) => each.topic.endsWith('/result'))
const states = (heard: readonly Heard[]): Heard[] => heard.filter((each) => each.topic.endsWith('/state'))
const allDelivered = ({ outbox }: SetUp): boolean => outbox.all.every(({ state }) => state === 'delivered')

describe.skipIf(!hasMosquitto)('MQTT (needs mosquitto)', () => {
  it.each(['5', '3.1.1'])('tells each result, in order, not retained (version %s)', async (version) => {
    const broker = await startBroker()
    const { heard } = await listener(broker)
    const made = await station(broker, { version })
    made.put(...Array.from({ length: 100 }, (_, i) => sampleJudged(i + 1)))
    await until(() => results(heard).length === 100)
    await until(() => allDelivered(made))
    expect(results(heard).map(({ document }) => document.part)).toEqual(
      Array.from({ length: 100 }, (_, i) => `P-${i + 1}`),
    )
    expect(results(heard)[0]).toMatchObject({
      topic: `${topic}/result`,
      retained: false,
      document: { type: 'inspection', station: 'line 3', signal: { resultValid: true, resultOk: false } },
    })
  })

  it('loses nothing when the broker is killed in the middle and comes back', async () => {
    const broker = await startBroker()
    const { heard, client } = await listener(broker)
    const made = await station(broker)
    const put = (from: number, to: number): void =>
      made.put(...Array.from({ length: to - from + 1 }, (_, i) => sampleJudged(from + i)))
    put(1, 200)
    await until(() => results(heard).length > 20)
    await broker.kill()
    put(201, 300)
    await until(async () => (await made.outputs.figures())[0]!.breaker !== 'closed')
    await broker.start()
    await until(() => client.connected)
    put(301, 400)
    await until(() => allDelivered(made))
    expect(made.outbox.all).toHaveLength(400)
    expect(made.outbox.all.every(({ state }) => state === 'delivered')).toBe(true)
    await until(() => results(heard).some(({ document }) => document.part === 'P-400'))
  })

  it('shows its state to whoever comes later, and only the latest', async () => {
    const broker = await startBroker()
    const made = await station(broker)
    made.outputs.show({ ...ready, phase: 'starting' })
    made.outputs.show({ ...ready, phase: 'no-model', reason: 'none is loaded' })
    made.outputs.show({ ...ready, model: { name: 'line-3', fingerprint: 'f1', preparation: null } })
    const { heard } = await listener(broker)
    await until(() => states(heard).some(({ document }) => document.ready))
    const late = await listener(broker)
    await until(() => late.heard.length > 0)
    expect(late.heard).toEqual([
      {
        topic: `${topic}/state`,
        retained: true,
        document: {
          station: 'line 3',
          online: true,
          state: 'ready',
          ready: true,
          model: { name: 'line-3', fingerprint: 'f1', preparation: null },
          reason: null,
        },
      },
    ])
  })

  it('shows its state again after the broker has forgotten it', async () => {
    const broker = await startBroker()
    const made = await station(broker)
    made.outputs.show(ready)
    await until(async () => (await made.outputs.figures())[0]!.state === 'up')
    await broker.kill()
    await broker.start()
    const { heard } = await listener(broker)
    await until(() => states(heard).some(({ document }) => document.ready))
  })

  it('has a last will that says that it is gone, and never that a part is good', async () => {
    const broker = await startBroker()
    const made = await station(broker, { clientId: 'station-3' })
    made.outputs.show(ready)
    const { heard } = await listener(broker)
    await until(() => states(heard).some(({ document }) => document.ready))
    // Another client takes its name: the broker cuts the connection as if the station had died.
    const thief = await connectAsync(broker.url, { clientId: 'station-3', protocolVersion: 5 })
    await until(() => states(heard).some(({ document }) => !document.online))
    expect(states(heard).find(({ document }) => !document.online)!.document).toEqual({
      station: 'line 3',
      online: false,
      state: 'offline',
      ready: false,
      model: null,
      reason: 'connection lost',
    })
    await thief.endAsync(true)
    await until(() => states(heard).at(-1)!.document.online)
  })

  it('says goodbye when it stops', async () => {
    const broker = await startBroker()
    const { heard } = await listener(broker)
    const made = await station(broker)
    made.outputs.show(ready)
    await until(() => states(heard).some(({ document }) => document.ready))
    await made.outputs.close(500)
    await until(() => states(heard).at(-1)!.document.state === 'offline')
    expect(states(heard).at(-1)!.document.reason).toBe('stopped')
  })

  it('waits for a broker that is not there yet', async () => {
    const broker = await mosquitto()
    const made = await station(broker, { timeoutMs: 200 })
    made.put(sampleJudged(1))
    await until(() => (made.outbox.all[0]?.attempts ?? 0) > 0)
    expect(made.outbox.all[0]!.lastError).toMatch(/ECONNREFUSED/)
    await broker.start()
    opened.push(() => broker.kill())
    await until(() => allDelivered(made))
  })

  it('names the reason where the broker will not let it in, without the password', async () => {
    const passwords = join(temporaryFolder(), 'passwords')
    writeFileSync(passwords, '')
    const broker = await startBroker(['allow_anonymous false', `password_file ${passwords}`])
    const made = await station(broker, { username: 'station', password: { env: 'PASSWORD' }, timeoutMs: 500 })
    made.put(sampleJudged(1))
    await until(() => (made.outbox.all[0]?.attempts ?? 0) > 0)
    expect(made.outbox.all[0]!.lastError).toMatch(/not authori[sz]ed/i)
    expect(JSON.stringify([made.outbox.all, made.events])).not.toContain('geheim')
  })

  it('waits where the broker lets it in and does not let it write', async () => {
    const rights = join(temporaryFolder(), 'acl')
    writeFileSync(rights, `topic read ${topic}/#\n`)
    const broker = await startBroker(['allow_anonymous true', `acl_file ${rights}`])
    const made = await station(broker)
    made.put(sampleJudged(1))
    await until(() => (made.outbox.all[0]?.attempts ?? 0) > 1)
    expect(made.outbox.all[0]).toMatchObject({
      state: 'waiting',
      lastError: expect.stringMatching(/not authori/i),
    })
  })

  it('puts aside what is larger than the broker takes, and goes on', async () => {
    const broker = await startBroker(['allow_anonymous true', 'max_packet_size 4000'])
    const { heard } = await listener(broker)
    const made = await station(broker)
    made.put(
      sampleJudged(1, { reason: 'x'.repeat(2000), lot: 'y'.repeat(200), images: manyImages() }),
      sampleJudged(2),
    )
    await until(() => made.outbox.all.every(({ state }) => state !== 'waiting'))
    expect(made.outbox.all.map(({ state }) => state)).toEqual(['dead', 'delivered'])
    expect(made.outbox.all[0]!.lastError).toMatch(/bytes are more than the broker takes \(4000\)/)
    await until(() => results(heard).length === 1)
  })
})

function manyImages() {
  return Array.from({ length: 30 }, () => sampleJudged(1).images[0]!)
}
