/** Models of a running station: dropped in, switched without losing a request, rolled back, in shadow, broken. */
import { generateKeyPairSync } from 'node:crypto'
import { cp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSigner } from '../../src/files/signature.ts'
import { checkStation } from '../../src/serve/check-station.ts'
import { modelSwitchSchema, modelsSchema } from '../../src/wire/serve/models.ts'
import { shadowComparisonSchema } from '../../src/wire/station/shadow-comparison.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { meanGrey } from '../inspect/fake-detector.ts'
import { greyPng, openGreyStation, saveGreyModel, type TestedStation } from './grey-station.ts'

const png = { 'content-type': 'image/png' }
const post = async (station: TestedStation, url: string) => {
  const response = await station.app.inject({ method: 'POST', url })
  return { status: response.statusCode, json: response.json() }
}
const inspect = async (station: TestedStation, level: number) =>
  (
    await station.app.inject({
      method: 'POST',
      url: '/v1/inspect',
      payload: await greyPng(level),
      headers: png,
    })
  ).json()
const list = async (station: TestedStation) =>
  modelsSchema.parse((await station.app.inject('/v1/models')).json())

async function twoModels(): Promise<string> {
  const models = temporaryFolder()
  await saveGreyModel(join(models, 'a'))
  await saveGreyModel(join(models, 'b'), { offset: 50 })
  return models
}

describe('models', () => {
  it('are not chosen where there are several', async () => {
    const station = await openGreyStation({ models: await twoModels() })
    expect((await list(station)).models.map(({ id, state, use }) => [id, state, use])).toEqual([
      ['a', 'ready', null],
      ['b', 'ready', null],
    ])
    expect((await inspect(station, 120)).state).toBe('no-model')
    const { status, json } = await post(station, '/v1/models/b/activate')
    expect({ status, active: modelSwitchSchema.parse(json).active }).toEqual({ status: 200, active: 'b' })
    expect(await inspect(station, 120)).toMatchObject({
      verdict: 'anomalous',
      score: 170,
      model: { id: 'b' },
    })
  })

  it('appear by themselves when their folder is whole, and say what is wrong when it is not', async () => {
    const models = await twoModels()
    const station = await openGreyStation({ model: join(models, 'a'), models })
    const elsewhere = join(temporaryFolder(), 'c')
    await saveGreyModel(elsewhere, { offset: 1 })
    await cp(elsewhere, join(models, '.c-being-copied'), { recursive: true })
    await cp(elsewhere, join(models, 'd'), { recursive: true })
    await writeFile(join(models, 'd', 'mean.bin'), 'mean-grey 99\n')
    await rename(join(models, '.c-being-copied'), join(models, 'c'))
    await expect
      .poll(async () => (await list(station)).models.map(({ id, state }) => `${id} ${state}`), {
        timeout: 10_000,
      })
      .toEqual(['a ready', 'b ready', 'c ready', 'd broken'])
    const broken = (await list(station)).models.find(({ id }) => id === 'd')
    expect(broken?.reason).toContain('truncated or altered')
    const { status, json } = await post(station, '/v1/models/d/activate')
    expect({ status, code: json.code }).toEqual({ status: 409, code: 'MODEL' })
    expect((await inspect(station, 40)).model.id).toBe('a')
  })

  it('are taken only where the trusted key has signed them: at the start, dropped in, and switched to', async () => {
    const models = temporaryFolder()
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const [secret, trust] = [join(models, '.key.pem'), join(models, '.key.pub.pem')]
    await writeFile(secret, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    await writeFile(trust, publicKey.export({ type: 'spki', format: 'pem' }))
    const signer = await readSigner(secret)
    await saveGreyModel(join(models, 'a'), { signer })
    await saveGreyModel(join(models, 'b'), { offset: 50 })
    await expect(openGreyStation({ model: join(models, 'b'), trust })).rejects.toThrow('is not signed')
    const other = join(models, '.other.pem')
    await writeFile(other, generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const mixed = { model: join(models, 'a'), models, trust, sign: other }
    await expect(openGreyStation(mixed)).rejects.toThrow('--sign: expected the private key that goes with')
    const signing = await openGreyStation({ ...mixed, sign: secret })
    expect(await list(signing)).toMatchObject({ takesTrained: true })
    await signing.close()
    const station = await openGreyStation({ model: join(models, 'a'), models, trust })
    expect(await list(station)).toMatchObject({ takesTrained: false })
    await saveGreyModel(join(models, 'c'), { offset: 1, signer })
    await saveGreyModel(join(models, 'd'), { offset: 2, signer })
    await writeFile(join(models, 'd', 'signature.json'), await readFile(join(models, 'c', 'signature.json')))
    await expect
      .poll(async () => (await list(station)).models.map(({ id, state }) => `${id} ${state}`), {
        timeout: 10_000,
      })
      .toEqual(['a ready', 'b broken', 'c ready', 'd broken'])
    const unsigned = (await list(station)).models.find(({ id }) => id === 'b')
    expect(unsigned?.reason).toContain('is not signed')
    expect((await post(station, '/v1/models/b/activate')).status).toBe(409)
    expect((await post(station, '/v1/models/b/shadow')).status).toBe(409)
    expect((await post(station, '/v1/models/c/activate')).json).toMatchObject({ active: 'c' })
    expect((await inspect(station, 40)).score).toBe(41)
    const checks = await checkStation(
      { models, trust, data: join(temporaryFolder(), 'data'), port: 0 },
      { now: () => new Date(), methods: [meanGrey] },
    )
    expect(checks.flatMap(({ name, ok }) => (ok ? [] : [name]))).toEqual(['model b', 'model d'])
  })

  it('are switched under load without losing a request, each answer of one model alone', async () => {
    const models = await twoModels()
    const station = await openGreyStation({ model: join(models, 'a'), models, queue: 100 })
    const asked = Array.from({ length: 60 }, async () => inspect(station, 40))
    const switched = [
      post(station, '/v1/models/b/activate'),
      post(station, '/v1/models/a/activate'),
      post(station, '/v1/models/b/activate'),
    ]
    const answers = await Promise.all(asked)
    for (const { status } of await Promise.all(switched)) expect(status).toBe(200)
    const more = await Promise.all(Array.from({ length: 20 }, () => inspect(station, 40)))
    for (const { model, score } of [...answers, ...more]) expect(score).toBe(model.id === 'b' ? 90 : 40)
    expect(more.every(({ model }) => model.id === 'b')).toBe(true)
  })

  it('are rolled back, and the choice outlasts a restart', async () => {
    const models = await twoModels()
    const data = join(temporaryFolder(), 'data')
    const options = { model: join(models, 'a'), models, data }
    const first = await openGreyStation(options)
    expect((await post(first, '/v1/models/rollback')).json.code).toBe('NO_PREVIOUS')
    await post(first, '/v1/models/b/activate')
    await first.close()
    const second = await openGreyStation(options)
    expect((await inspect(second, 40)).model.id).toBe('b')
    expect((await post(second, '/v1/models/rollback')).json).toMatchObject({ active: 'a', previous: null })
    await second.close()
    // Another --model than before is meant.
    const third = await openGreyStation({ ...options, model: join(models, 'b') })
    expect((await inspect(third, 40)).model.id).toBe('b')
  })

  it('that judged before and are gone leave a station without a model, which says so', async () => {
    const models = await twoModels()
    const data = join(temporaryFolder(), 'data')
    const options = { model: join(models, 'a'), models, data }
    const first = await openGreyStation(options)
    await post(first, '/v1/models/b/activate')
    await first.close()
    await rm(join(models, 'b'), { recursive: true })
    const second = await openGreyStation(options)
    expect(second.notes.join()).toContain('model b, which judged before, cannot be loaded')
    expect((await inspect(second, 40)).state).toBe('no-model')
  })

  it('named at the start and broken end it', async () => {
    const model = join(temporaryFolder(), 'bad')
    await saveGreyModel(model)
    await writeFile(join(model, 'mean.bin'), 'x')
    await expect(openGreyStation({ model })).rejects.toThrow('truncated or altered')
  })

  it('in shadow judge and are recorded, and never answer', async () => {
    const models = await twoModels()
    const station = await openGreyStation({ model: join(models, 'a'), models })
    expect((await post(station, '/v1/models/a/shadow')).json.code).toBe('SAME_MODEL')
    expect((await post(station, '/v1/models/b/shadow')).json).toMatchObject({ active: 'a', shadow: 'b' })
    const answer = await inspect(station, 120)
    expect(answer).toMatchObject({ verdict: 'review', score: 120, model: { id: 'a' } })
    await station.context.background.settled()
    const { inspections } = await station.context.records.inspections.page({
      ...{ filter: { shadow: 'shadow' }, order: 'newest', limit: 10 },
    })
    expect(inspections).toMatchObject([
      { outcome: 'anomalous', score: 170, shadowOf: answer.id, model: { name: 'b' } },
    ])
    const compared = (await station.app.inject('/v1/models/shadow/comparison')).json()
    expect(shadowComparisonSchema.parse(compared)).toMatchObject({
      ...{ active: 'a', shadow: 'b', judged: 1, agree: 0, pValue: null },
      apart: [{ active: { id: answer.id }, shadow: { verdict: 'anomalous', score: 170 } }],
    })
    const promoted = await post(station, '/v1/models/b/activate')
    expect(promoted.json).toMatchObject({ active: 'b', shadow: null, previous: 'a' })
  })

  it('that do not exist are not found', async () => {
    const station = await openGreyStation()
    expect((await post(station, '/v1/models/..%2F..%2Fetc/activate')).status).toBe(404)
    expect((await post(station, '/v1/models/nobody/shadow')).status).toBe(404)
  })
})
