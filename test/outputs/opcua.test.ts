/** The server in its thread, asked by the client of node-opcua. Loading it takes seconds: one server for all tests of a kind. */
import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import {
  AttributeIds,
  ClientMonitoredItem,
  type ClientSession,
  ClientSubscription,
  constructEventFilter,
  MessageSecurityMode,
  makeBrowsePath,
  OPCUACertificateManager,
  OPCUAClient,
  type OPCUAClientOptions,
  SecurityPolicy,
  setDebugLogger,
  setErrorLogger,
  setWarningLogger,
  TimestampsToReturn,
  UserTokenType,
  type Variant,
} from 'node-opcua'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../helpers/mosquitto.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { sampleJudged } from './sample-judged.ts'
import { type SetUp, setUpOutputs, until } from './set-up-outputs.ts'

for (const silence of [setDebugLogger, setWarningLogger, setErrorLogger]) silence(() => {})

const patience = 240_000
const model = { name: 'line-3', fingerprint: 'f1', preparation: 'p1' }
const ready = { phase: 'ready', model, underWay: 0, takes: true, reason: null } as const

async function station(
  port: number,
  folder: string,
  changes: Readonly<Record<string, unknown>>,
): Promise<SetUp> {
  const output = { type: 'opcua', name: 'plc', port, hostname: '127.0.0.1', ...changes }
  const made = await setUpOutputs({ station: 'line 3', outputs: [output] }, { PASSWORD: 'geheim' }, folder)
  await until(async () => (await made.outputs.figures())[0]!.state !== 'starting')
  return made
}

async function client(port: number, folder: string, options: OPCUAClientOptions = {}): Promise<OPCUAClient> {
  const clientCertificateManager = new OPCUACertificateManager({
    rootFolder: join(folder, 'client'),
    automaticallyAcceptUnknownCertificate: true,
  })
  await clientCertificateManager.initialize()
  const made = OPCUAClient.create({
    clientCertificateManager,
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0 },
    ...options,
  })
  await made.connect(`opc.tcp://127.0.0.1:${port}`)
  return made
}

async function valuesOf(session: ClientSession, names: readonly string[]): Promise<unknown[]> {
  const read = await session.read(names.map((name) => ({ nodeId: `ns=1;s=Station.${name}` })))
  return read.map(({ value }) => value.value)
}

const now = (number: number, outcome: 'nominal' | 'anomalous' | 'review' | 'timeout', part = `P-${number}`) =>
  sampleJudged(number, { outcome, part, time: new Date().toISOString() })

describe('the OPC UA server', () => {
  const folder = temporaryFolder()
  let port: number
  let made: SetUp
  let asking: OPCUAClient
  let session: ClientSession
  const is = (expected: Readonly<Record<string, unknown>>) => async (): Promise<boolean> => {
    const values = await valuesOf(session, Object.keys(expected))
    return Object.values(expected).every((value, i) => value === values[i])
  }

  beforeAll(async () => {
    port = await freePort()
    made = await station(port, folder, { security: ['none'] })
    asking = await client(port, folder)
    session = await asking.createSession()
  }, patience)

  afterAll(async () => {
    await session?.close()
    await asking?.disconnect()
    await made?.outputs.close(500)
  }, patience)

  it('begins safe, and its heart beats', async () => {
    const names = ['Ready', 'Busy', 'ResultValid', 'ResultOK', 'ActionCode', 'State']
    expect(await valuesOf(session, names)).toEqual([false, false, false, false, 0, 'Preoperational'])
    const [before] = (await valuesOf(session, ['Heartbeat'])) as number[]
    await until(async () => ((await valuesOf(session, ['Heartbeat'])) as number[])[0]! > before!)
  })

  it('shows a good part, and takes it back when the next begins', async () => {
    made.outputs.show(ready)
    await until(is({ Ready: true, State: 'Ready', Recipe: 'line-3', RecipeFingerprint: 'f1' }))
    made.outputs.show({ ...ready, underWay: 1 })
    await until(is({ Busy: true, State: 'SingleExecution' }))
    made.put(now(1, 'nominal'))
    await until(is({ ResultValid: true, ResultOK: true, PartId: 'P-1', Outcome: 'nominal', ActionCode: 1 }))
    made.outputs.show(ready)
    await until(is({ Busy: false, ResultValid: true, ResultOK: true }))
    made.outputs.show({ ...ready, underWay: 1 })
    await until(is({ Busy: true, ResultValid: false, ResultOK: false }))
    made.outputs.show(ready)
  })

  it('shows a part without a verdict as one that has none', async () => {
    const [before] = (await valuesOf(session, ['ResultCount'])) as number[]
    made.put(now(2, 'timeout'))
    await until(is({ Outcome: 'timeout', ResultCount: before! + 1 }))
    expect(await valuesOf(session, ['ResultValid', 'ResultOK', 'Action', 'ActionCode'])).toEqual([
      false,
      false,
      'reject',
      2,
    ])
  })

  it('raises ResultReady of OPC 40100-1, also for results that are too late for the variables', async () => {
    const subscription = ClientSubscription.create(session, {
      requestedPublishingInterval: 20,
      requestedMaxKeepAliveCount: 10,
      requestedLifetimeCount: 100,
      publishingEnabled: true,
      maxNotificationsPerPublish: 100,
      priority: 1,
    })
    const vision = (await session.readNamespaceArray()).indexOf('http://opcfoundation.org/UA/MachineVision')
    const fields = [
      'ResultId',
      'JobId',
      'PartId',
      'InternalRecipeId',
      'ResultState',
      'IsPartial',
      'ResultContent',
    ]
    const item = ClientMonitoredItem.create(
      subscription,
      { nodeId: 'ns=0;i=2253', attributeId: AttributeIds.EventNotifier },
      {
        samplingInterval: 0,
        queueSize: 100,
        filter: constructEventFilter(['SourceName', ...fields.map((name) => `${vision}:${name}`)]),
      },
      TimestampsToReturn.Both,
    )
    const events: Variant[][] = []
    item.on('changed', (event) => void events.push(event as unknown as Variant[]))
    await new Promise<void>((resolve) => void item.once('initialized', () => resolve()))

    const late = sampleJudged(3, { outcome: 'nominal', time: new Date(Date.now() - 60_000).toISOString() })
    made.put(late, now(4, 'anomalous'), now(5, 'review'))
    await until(() => events.filter((event) => event[1]!.value !== null).length === 3)
    const results = events.filter((event) => event[1]!.value !== null)
    expect(results.map((event) => event[3]!.value.id)).toEqual(['P-3', 'P-4', 'P-5'])
    const [source, id, job, part, recipe, state, isPartial, content] = results[1]!.map(({ value }) => value)
    expect([source, id.id, job.id, part.id, recipe.id]).toEqual([
      'VisionSystem',
      sampleJudged(4).id,
      sampleJudged(4).id,
      'P-4',
      'f1',
    ])
    expect([state, isPartial]).toEqual([1, false])
    expect(JSON.parse(content)).toMatchObject({ outcome: 'anomalous', resultValid: true, resultOk: false })
    await until(is({ PartId: 'P-5', ResultValid: true, ResultOK: false, Action: 'hold', ActionCode: 3 }))
    await subscription.terminate()
  })

  it('has the state machines of OPC 40100-1', async () => {
    const root = '/Objects/1:VisionSystem/2:VisionStateMachine'
    const paths = [`${root}/CurrentState`, `${root}/2:AutomaticModeStateMachine/CurrentState`]
    const states = async (): Promise<unknown[]> => {
      const found = await session.translateBrowsePath(paths.map((path) => makeBrowsePath('RootFolder', path)))
      const read = await session.read(found.map(({ targets }) => ({ nodeId: targets![0]!.targetId })))
      return read.map(({ value }) => value.value?.text ?? null)
    }
    const shows =
      (...expected: unknown[]) =>
      async () =>
        String(await states()) === String(expected)
    made.outputs.show(ready)
    await until(shows('Operational', 'Ready'))
    made.outputs.show({ ...ready, underWay: 1 })
    await until(shows('Operational', 'SingleExecution'))
    made.outputs.show({ ...ready, phase: 'no-model', model: null, reason: 'none is loaded' })
    await until(shows('Operational', 'Initialized'))
    expect(await valuesOf(session, ['Ready', 'ResultValid', 'ResultOK', 'Recipe', 'Reason'])).toEqual([
      false,
      false,
      false,
      '',
      'none is loaded',
    ])
    made.outputs.show({ ...ready, phase: 'failed', reason: 'the model broke' })
    await until(shows('Error', null))
    made.outputs.show({ ...ready, phase: 'stopping' })
    await until(shows('Halted', null))
    made.outputs.show(ready)
    await until(shows('Operational', 'Ready'))
  })

  it('is safe when the station hangs, and only then', async () => {
    made.outputs.show(ready)
    made.put(now(6, 'nominal'))
    await until(is({ ResultValid: true, ResultOK: true, PartId: 'P-6' }))
    const subscription = ClientSubscription.create(session, {
      requestedPublishingInterval: 50,
      requestedMaxKeepAliveCount: 100,
      requestedLifetimeCount: 10_000,
      publishingEnabled: true,
      maxNotificationsPerPublish: 100,
      priority: 1,
    })
    const seen: unknown[] = []
    const item = ClientMonitoredItem.create(
      subscription,
      { nodeId: 'ns=1;s=Station.State', attributeId: AttributeIds.Value },
      { samplingInterval: 0, queueSize: 100 },
      TimestampsToReturn.Both,
    )
    item.on('changed', ({ value }) => void seen.push(value.value))
    await until(() => seen.includes('Ready'))
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000) // the station's own thread, which beats
    await until(() => seen.includes('Error'))
    await until(is({ State: 'Ready', Ready: true, ResultValid: false, ResultOK: false }))
    await subscription.terminate()
  })

  it('takes no orders and lets nobody write', async () => {
    const written = await session.write({
      nodeId: 'ns=1;s=Station.ResultOK',
      attributeId: AttributeIds.Value,
      value: { value: { dataType: 'Boolean', value: true } },
    })
    expect(written.name).toMatch(/^Bad/)
    const machine = 'ns=1;s=VisionSystem-VisionStateMachine'
    const called = await session.call({ objectId: machine, methodId: `${machine}-Reset`, inputArguments: [] })
    expect(called.statusCode.name).toMatch(/^Bad/)
  })

  it(
    'names the reason where its port is taken, and the station goes on',
    async () => {
      const second = await station(port, temporaryFolder(), { security: ['none'] })
      await until(() => second.events.some(({ kind }) => kind === 'trouble'))
      expect(second.events[0]).toMatchObject({
        output: 'plc',
        reason: expect.stringMatching(/EADDRINUSE|in use/),
      })
      expect((await second.outputs.figures())[0]).toMatchObject({ state: 'down' })
      await second.outputs.close(0)
    },
    patience,
  )
})

describe('the OPC UA server, encrypted and with a password', () => {
  const folder = temporaryFolder()
  const encrypted = {
    securityMode: MessageSecurityMode.SignAndEncrypt,
    securityPolicy: SecurityPolicy.Basic256Sha256,
  }
  const identity = (password: string) =>
    ({ type: UserTokenType.UserName, userName: 'line', password }) as const
  let port: number
  let made: SetUp

  beforeAll(async () => {
    port = await freePort()
    made = await station(port, folder, {
      username: 'line',
      password: { env: 'PASSWORD' },
      certificates: 'own',
    })
  }, patience)
  afterAll(async () => {
    await made?.outputs.close(500)
  }, patience)

  it(
    'turns away who is not trusted, and lets in whom a person trusts, with the password',
    async () => {
      const plain = await client(port, folder) // asking what there is needs no certificate
      await expect(plain.createSession(identity('geheim'))).rejects.toThrow()
      await plain.disconnect()
      await expect(client(port, folder, encrypted)).rejects.toThrow()
      const certificates = join(folder, 'own/server')
      const [rejected] = readdirSync(join(certificates, 'rejected'))
      renameSync(join(certificates, 'rejected', rejected!), join(certificates, 'trusted/certs', rejected!))
      let asking: OPCUAClient | null = null
      await until(async () => {
        asking = await client(port, folder, encrypted).catch(() => null)
        return asking !== null
      })
      await expect(asking!.createSession()).rejects.toThrow()
      await expect(asking!.createSession(identity('falsch'))).rejects.toThrow()
      const session = await asking!.createSession(identity('geheim'))
      expect(await valuesOf(session, ['ResultOK'])).toEqual([false])
      await session.close()
      await asking!.disconnect()
    },
    patience,
  )
})
