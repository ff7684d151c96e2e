/** A station that watches a folder: every picture once, half-written ones waited for, verdicts as files, restarts. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { verdictFileSchema } from '../../../src/serve/watch/verdict-file.ts'
import { watchStateSchema } from '../../../src/wire/serve/watch.ts'
import { temporaryFolder } from '../../helpers/temporary-folder.ts'
import { greyPng, openGreyStation, saveGreyModel, type TestedStation } from '../grey-station.ts'

const verdict = (path: string) => verdictFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
const quick = { watchSettle: 100 }
const recorded = async ({ context }: TestedStation) =>
  (await context.records.inspections.page({ filter: {}, order: 'newest', limit: 500 })).inspections
const soon = { timeout: 15_000, interval: 100 }

describe('a watched folder', () => {
  it('gets a verdict beside every picture, those that were there and those that come, in folders too', async () => {
    const watch = temporaryFolder()
    writeFileSync(join(watch, 'old.png'), await greyPng(30))
    const station = await openGreyStation({ watch, ...quick, watchParts: '^day/P(\\d+)' })
    mkdirSync(join(watch, 'day'))
    writeFileSync(join(watch, 'day', 'P77.png'), await greyPng(220))
    writeFileSync(join(watch, 'notes.txt'), 'no picture')
    await expect.poll(() => existsSync(join(watch, 'day', 'P77.png.verdict.json')), soon).toBe(true)
    await expect.poll(() => existsSync(join(watch, 'old.png.verdict.json')), soon).toBe(true)
    expect(verdict(join(watch, 'old.png.verdict.json')).answer).toMatchObject({
      verdict: 'nominal',
      score: 30,
    })
    expect(verdict(join(watch, 'day', 'P77.png.verdict.json'))).toMatchObject({
      file: 'day/P77.png',
      answer: { verdict: 'anomalous', part: '77', recorded: true },
    })
    expect(readdirSync(watch).filter((name) => name.startsWith('notes'))).toEqual(['notes.txt'])
    expect((await recorded(station)).map(({ source }) => source)).toEqual(['watch', 'watch'])
  })

  it('waits for what is still being written, under its own name or another', async () => {
    const watch = temporaryFolder()
    const station = await openGreyStation({ watch, ...quick })
    const bytes = await greyPng(120, 64, 64)
    const path = join(watch, 'slow.png')
    writeFileSync(path, bytes.subarray(0, 40))
    await expect.poll(() => station.watch?.tries, soon).toBeGreaterThan(0)
    appendFileSync(path, bytes.subarray(40))
    writeFileSync(join(watch, 'copy.png.part'), bytes)
    await expect.poll(() => existsSync(`${path}.verdict.json`), soon).toBe(true)
    renameSync(join(watch, 'copy.png.part'), join(watch, 'copy.png'))
    await expect.poll(() => existsSync(join(watch, 'copy.png.verdict.json')), soon).toBe(true)
    expect(verdict(`${path}.verdict.json`).answer).toMatchObject({ verdict: 'review', score: 120 })
    expect(await recorded(station)).toHaveLength(2)
  })

  it('is judged once across restarts, and again only where a picture was put in the place of another', async () => {
    const watch = temporaryFolder()
    const data = join(temporaryFolder(), 'data')
    const model = join(temporaryFolder(), 'grey')
    await saveGreyModel(model)
    const path = join(watch, 'a.png')
    writeFileSync(path, await greyPng(30))
    utimesSync(path, new Date('2099-01-01'), new Date('2099-01-01')) // a camera whose clock is wrong
    const options = { watch, data, model, ...quick }
    const first = await openGreyStation(options)
    await expect.poll(() => existsSync(`${path}.verdict.json`), soon).toBe(true)
    await first.close()
    const second = await openGreyStation(options)
    writeFileSync(join(watch, 'b.png'), await greyPng(40))
    await expect.poll(() => existsSync(join(watch, 'b.png.verdict.json')), soon).toBe(true)
    expect((await recorded(second)).map(({ score }) => score).sort()).toEqual([30, 40])
    writeFileSync(path, await greyPng(200, 32, 32))
    await expect.poll(() => verdict(`${path}.verdict.json`).answer?.score, soon).toBe(200)
    expect(await recorded(second)).toHaveLength(3)
  })

  it('can be emptied: pictures are moved by their verdict, verdicts written elsewhere, nothing overwritten', async () => {
    const watch = temporaryFolder()
    const watchMove = join(watch, 'done')
    const watchOut = join(temporaryFolder(), 'verdicts')
    mkdirSync(join(watchMove, 'anomalous'), { recursive: true })
    writeFileSync(join(watchMove, 'anomalous', 'a.png'), 'kept')
    await openGreyStation({ watch, watchMove, watchOut, ...quick })
    writeFileSync(join(watch, 'a.png'), await greyPng(200))
    writeFileSync(join(watch, 'b.png'), await greyPng(20))
    await expect.poll(() => readdirSync(watch), soon).toEqual(['done'])
    expect(readdirSync(join(watchMove, 'anomalous')).sort()).toEqual(['a-2.png', 'a.png'])
    expect(readFileSync(join(watchMove, 'anomalous', 'a.png'), 'utf8')).toBe('kept')
    expect(readdirSync(join(watchMove, 'nominal'))).toEqual(['b.png'])
    expect(readdirSync(watchOut).sort()).toEqual(['a.png.verdict.json', 'b.png.verdict.json'])
  })

  it('is told where it cannot be read, and when it can again', async () => {
    const folder = join(temporaryFolder(), 'line')
    mkdirSync(folder)
    const station = await openGreyStation({ watch: folder })
    const state = async () => watchStateSchema.parse((await station.app.inject('/v1/watch')).json())
    expect(await state()).toEqual({ folder, trouble: null, waiting: 0 })
    renameSync(folder, `${folder}-away`)
    await expect.poll(async () => (await state()).trouble, { timeout: 10_000 }).toContain('ENOENT')
    renameSync(`${folder}-away`, folder)
    await expect.poll(async () => (await state()).trouble, { timeout: 10_000 }).toBeNull()
    const without = await openGreyStation()
    expect((await without.app.inject('/v1/watch')).json()).toBeNull()
  })

  it('holds until a model is there', async () => {
    const watch = temporaryFolder()
    const models = temporaryFolder()
    writeFileSync(join(watch, 'a.png'), await greyPng(30))
    const station = await openGreyStation({ watch, models, ...quick })
    await saveGreyModel(join(models, 'late'))
    await station.app.inject({ method: 'POST', url: '/v1/models/late/activate' })
    await expect.poll(() => existsSync(join(watch, 'a.png.verdict.json')), soon).toBe(true)
    expect(await recorded(station)).toHaveLength(1)
  })
})
