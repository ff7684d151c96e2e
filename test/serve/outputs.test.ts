import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { createLine } from '../../src/serve/inspection/line.ts'
import { stationStateOf } from '../../src/serve/station-state.ts'
import { type StationEvent, stationEventSchema } from '../../src/wire/station/event.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { until } from '../outputs/set-up-outputs.ts'
import { greyPng, openGreyStation } from './grey-station.ts'

async function tellingStation() {
  const folder = temporaryFolder()
  const outputs = join(folder, 'outputs.json')
  const output = { name: 'results', type: 'file', folder: 'results' }
  writeFileSync(outputs, JSON.stringify({ failSafe: 'hold', outputs: [output] }))
  const station = await openGreyStation({ outputs, queue: 1 })
  // biome-ignore lint/suspicious/noExplicitAny: JSON as it was written
  const told = (): any[] => {
    const results = join(folder, 'results')
    const names = existsSync(results) ? readdirSync(results) : []
    return names
      .flatMap((name) => readFileSync(join(results, name), 'utf8').split('\n').slice(0, -1))
      .map((line) => JSON.parse(line))
  }
  return { station, told }
}

const post = (payload: Buffer, part: string) => ({
  ...({ method: 'POST', url: '/v1/inspect', payload } as const),
  headers: { 'content-type': 'image/png', 'x-part-id': part },
})

describe('the outputs of a station', () => {
  it('are told of parts that were turned away, and say that none of them is good', async () => {
    const { station, told } = await tellingStation()
    const picture = await greyPng(20)
    const leave = station.context.line.enter(1)
    expect((await station.app.inject(post(picture, 'P-1'))).statusCode).toBe(503)
    leave()
    expect((await station.app.inject(post(Buffer.from('no picture'), 'P-2'))).statusCode).toBeGreaterThan(399)
    expect((await station.app.inject(post(picture, 'P-3'))).json().verdict).toBe('nominal')
    await until(() => told().length === 3)
    const byPart = new Map(told().map((each) => [each.part, each]))
    const noAnswer = { resultValid: false, resultOk: false, action: 'hold' }
    expect(byPart.get('P-1')).toMatchObject({ outcome: 'busy', recorded: false, signal: noAnswer })
    expect(byPart.get('P-2')).toMatchObject({ outcome: 'failed', signal: noAnswer })
    expect(byPart.get('P-3')).toMatchObject({
      outcome: 'nominal',
      signal: { resultOk: true, action: 'pass' },
    })
  })

  it('are among the metrics', async () => {
    const { station, told } = await tellingStation()
    await station.app.inject(post(await greyPng(200), 'P-1'))
    await until(async () => (await station.context.outputs?.figures())?.[0]?.delivered === 1)
    expect(told()).toHaveLength(1)
    const counts = vi.spyOn(station.context.records.outbox, 'counts')
    const { body } = await station.app.inject({ method: 'GET', url: '/metrics' })
    for (const line of [
      'plumbline_output_up{output="results"} 1',
      'plumbline_output_left_alone{output="results"} 0',
      'plumbline_output_letters_waiting{output="results"} 0',
      'plumbline_output_letters_dead{output="results"} 0',
      'plumbline_output_delivered_total{output="results"} 1',
      'plumbline_output_failures_total{output="results"} 0',
    ])
      expect(body.split('\n')).toContain(line)
    expect(body).toMatch(/^plumbline_output_lag_seconds\{output="results"\} \d/m)
    expect(counts).toHaveBeenCalledTimes(1)
  })
})

describe('a letter that is given up', () => {
  it('is told to whoever watches, counted, and can be sent again', async () => {
    const refusing = createServer((request, response) => {
      request.resume()
      response.writeHead(422).end()
    })
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
    const outputs = join(temporaryFolder(), 'outputs.json')
    const { port } = refusing.address() as AddressInfo
    const output = {
      name: 'mes',
      type: 'webhook',
      url: `http://127.0.0.1:${port}/`,
      secret: { file: 'secret' },
    }
    writeFileSync(outputs, JSON.stringify({ outputs: [output] }))
    writeFileSync(join(outputs, '..', 'secret'), Buffer.alloc(32, 1).toString('base64'))
    const station = await openGreyStation({ outputs })
    const seen: StationEvent[] = []
    station.context.events.listen(({ event }) => void seen.push(event))
    const { id } = (await station.app.inject(post(await greyPng(200), 'P-1'))).json()
    await until(() => seen.some(({ kind }) => kind === 'dead-letter'))
    const told = seen.find(({ kind }) => kind === 'dead-letter')
    expect(stationEventSchema.parse(told)).toMatchObject({
      letter: { target: 'mes', inspection: id, state: 'dead', lastError: expect.stringContaining('422') },
    })
    const { body } = await station.app.inject({ method: 'GET', url: '/metrics' })
    expect(body.split('\n')).toContain('plumbline_output_letters_dead{output="mes"} 1')
    const letters = (await station.app.inject('/v1/letters?state=dead')).json()
    const url = `/v1/letters/${letters[0].id}/retry`
    expect((await station.app.inject({ method: 'POST', url })).json()).toEqual({ waiting: true })
    refusing.close()
  })
})

describe('the state that outputs show', () => {
  const model = { id: 'grey', fingerprint: 'f1', preparation: null, release() {} }
  // biome-ignore lint/suspicious/noExplicitAny: of a loaded model, what is looked at
  const shelf = (active: unknown) => ({ lease: () => active as any })

  it('follows the line at once', () => {
    const seen: unknown[] = []
    const show = (): void => {
      const { phase, underWay, takes } = stationStateOf(shelf(model), line, false)
      seen.push([phase, underWay, takes])
    }
    const line = createLine({ places: 2, bytes: 100, onChange: show })
    const leave = line.enter(1)
    line.enter(1)
    leave()
    leave()
    expect(seen).toEqual([
      ['ready', 1, true],
      ['ready', 2, false],
      ['ready', 1, true],
    ])
  })

  it('takes no part without a model, and none at the end', () => {
    const line = createLine({ places: 2, bytes: 100 })
    expect(stationStateOf(shelf(null), line, false)).toMatchObject({
      phase: 'no-model',
      takes: false,
      model: null,
    })
    expect(stationStateOf(shelf(model), line, true)).toMatchObject({ phase: 'stopping', takes: false })
  })
})
