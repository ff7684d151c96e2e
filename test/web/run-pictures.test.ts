/** Pictures of runs over HTTP, as the page asks for them: of a dataset that was exported here, whose manifest names pictures that lie above it. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { heatMapPath } from '../../src/run/folder/heat-map-file.ts'
import { runMapAddress, runPhotographAddress, runThumbnailAddress } from '../../src/web/state/runs.ts'
import { evaluationOf } from '../evaluate/evaluation-of.ts'
import { samples } from '../evaluate/samples.ts'
import { shifted, simulateRun } from '../evaluate/simulated-run.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { greyPng, openGreyStation, type TestedStation } from '../serve/grey-station.ts'

const image = '../../pictures/ab/1 a.png'
let station: TestedStation

const put = (path: string, bytes: string | Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}

beforeAll(async () => {
  const folder = temporaryFolder()
  const [data, runs] = [join(folder, 'data'), join(folder, 'runs')]
  const dataset = join(data, 'datasets', 'decided')
  put(join(dataset, 'manifest.csv'), 'path,label\n')
  put(join(dataset, image), await greyPng(100))
  put(join(folder, 'secret.png'), await greyPng(100))
  symlinkSync(join(folder, 'secret.png'), join(dataset, 'link.png'))
  put(heatMapPath(join(runs, 'first', 'maps', 'fold-0'), image), await greyPng(100))
  const { results, settings } = simulateRun(samples(60, 30), shifted(2), { folds: 2 })
  const evaluation = evaluationOf(results, settings)
  put(
    join(runs, 'first', 'evaluation.json'),
    JSON.stringify({ ...evaluation, dataset: { ...evaluation.dataset, path: dataset } }),
  )
  station = await openGreyStation({ data, runs })
})

/** As a browser asks for an address of the page: it takes `../` out of it. */
async function kind(address: string): Promise<string> {
  const { pathname, search } = new URL(address, 'http://station/')
  const { statusCode, headers } = await station.app.inject(pathname + search)
  return statusCode === 200 ? String(headers['content-type']) : `${statusCode}`
}

it('are found where the manifest says', async () => {
  expect(await kind(runPhotographAddress('first', image))).toBe('image/png')
  expect(await kind(runThumbnailAddress('first', image, 32))).toBe('image/webp')
  expect(await kind(runMapAddress('first', 0, image))).toBe('image/webp')
})

it.each(['../../../secret.png', 'link.png', 'manifest.csv', 'none.png', 'no\0ne.png', '../../session-key'])(
  'are not found for %j',
  async (path) => {
    expect(await kind(runPhotographAddress('first', path))).toBe('404')
    expect(await kind(runMapAddress('first', 0, path))).toBe('404')
  },
)
