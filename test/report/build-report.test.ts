import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { formatScoresCsv } from '../../src/evaluate/scores-csv.ts'
import { buildReport } from '../../src/report/build-report.ts'
import { renderReport } from '../../src/report/report.ts'
import { quietTask } from '../../src/task.ts'
import { fixtureView } from './fixture-view.ts'

const view = await fixtureView(2, { folds: 2, perHalf: 12 }, 3)
let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-run-'))
  await put('evaluation.json', JSON.stringify(view.evaluation))
  await put('scores.csv', formatScoresCsv(view.rows))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text)

test('rebuilds the page from the run folder alone, pictures included', async () => {
  const { gallery, mapScale, config } = view
  await put('report-data.json', JSON.stringify({ version: 1, mapScale, gallery }))
  await put('config.json', JSON.stringify(config))
  const path = await buildReport(folder, quietTask)
  expect(path).toBe(join(folder, 'report.html'))
  expect(await readFile(path, 'utf8')).toBe(renderReport(view))
  expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([])
})

test('a run without pictures still has its report', async () => {
  expect(await readFile(await buildReport(folder, quietTask), 'utf8')).toContain('No pictures')
})

test.each([
  ['evaluation.json', '{"plumbline": 1}', /evaluation\.json: is not what Plumbline writes: plumbline/],
  ['evaluation.json', '{', /evaluation\.json: is not JSON/],
  ['scores.csv', 'a,b\n1,2\n', /scores\.csv: expected the header/],
  ['report-data.json', '{"version": 2}', /report-data\.json: is not what Plumbline writes/],
  ['report-data.json', 'nonsense', /report-data\.json: is not JSON/],
  ['config.json', '[]', /config\.json: is not what Plumbline writes: the document/],
])('a bad %s is named, with the reason', async (name, text, message) => {
  await put(name, text)
  await expect(buildReport(folder, quietTask)).rejects.toThrow(message)
  await expect(buildReport(folder, quietTask)).rejects.toBeInstanceOf(InputError)
})

test('a folder without a finished run is bad input, and what finishes one is said', async () => {
  const missing = buildReport(join(folder, 'nowhere'), quietTask)
  await expect(missing).rejects.toThrow(/nowhere: no finished run is there: .*plumbline evaluate/)
  await expect(missing).rejects.toBeInstanceOf(InputError)
})

test('pictures that are not embedded pictures are refused', async () => {
  const gallery = view.gallery.map((item) => ({ ...item, thumbnail: 'https://example.org/x.webp' }))
  await put('report-data.json', JSON.stringify({ version: 1, mapScale: null, gallery }))
  await expect(buildReport(folder, quietTask)).rejects.toThrow('gallery.0.thumbnail')
})
