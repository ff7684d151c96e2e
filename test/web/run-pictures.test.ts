/** Pictures of runs over HTTP, as the page asks for them: of a dataset that was exported here, whose manifest names pictures that lie above it. */
import { mkdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { formatScoresCsv } from '../../src/evaluate/scores-csv.ts'
import { decodeImage } from '../../src/image/decode-image.ts'
import { heatMapPath } from '../../src/run/folder/heat-map-file.ts'
import { runMapAddress, runPhotographAddress, runThumbnailAddress } from '../../src/web/state/runs.ts'
import { evaluationOf } from '../evaluate/evaluation-of.ts'
import { samples } from '../evaluate/samples.ts'
import { shifted, simulateRun } from '../evaluate/simulated-run.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { greyPng, openGreyStation, type TestedStation } from '../serve/grey-station.ts'

const image = '../../pictures/ab/1 a.png'
const { results, settings } = simulateRun(samples(60, 30), shifted(2), { folds: 2 })
const evaluation = evaluationOf(results, settings)
const rows = results.flatMap(({ scoreRows }) => scoreRows)
let station: TestedStation
let dataset = ''

const put = (path: string, bytes: string | Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
}

/** Of 16 bits with values of 12: 1024 of 0..4095. */
const deep = () =>
  sharp(new Uint16Array(64).fill(1024), { raw: { width: 8, height: 8, channels: 1 } }).toColourspace('grey16')

beforeAll(async () => {
  const folder = temporaryFolder()
  const [data, runs] = [join(folder, 'data'), join(folder, 'runs')]
  dataset = join(data, 'datasets', 'decided')
  put(join(dataset, 'manifest.csv'), 'path,label\n')
  put(join(dataset, image), await greyPng(100))
  put(join(dataset, 'deep.tif'), await deep().tiff({ compression: 'none' }).toBuffer())
  put(join(dataset, 'deep.png'), await deep().png().toBuffer())
  put(join(dataset, 'fax.pgm'), 'P5 2 1 255\n\x01\x02')
  put(
    join(dataset, 'photo.jpg'),
    await sharp(await greyPng(100))
      .jpeg()
      .toBuffer(),
  )
  put(join(dataset, 'broken.tif'), 'II*\0 and no more')
  put(join(folder, 'secret.png'), await greyPng(100))
  symlinkSync(join(folder, 'secret.png'), join(dataset, 'link.png'))
  put(heatMapPath(join(runs, 'first', 'maps', 'fold-0'), image), await greyPng(100))
  const write = (run: string, change: Partial<typeof evaluation>): void =>
    put(
      join(runs, run, 'evaluation.json'),
      JSON.stringify({ ...evaluation, dataset: { ...evaluation.dataset, path: dataset }, ...change }),
    )
  write('first', {})
  const pixels = { range: { low: 0, high: 4095 }, page: 'all' as const }
  write('line/monday/deep', { dataset: { ...evaluation.dataset, path: dataset, pixels } })
  write('line/monday/cropped', { input: { width: 256, height: 256, fit: 'crop' } })
  for (const run of ['first', 'line/monday/cropped'])
    put(join(runs, run, 'scores.csv'), formatScoresCsv(rows))
  write('.hidden', {})
  symlinkSync(join(runs, 'first'), join(runs, 'linked'))
  write('a/b/c/too-deep', {})
  station = await openGreyStation({ data, runs })
})

/** As a browser asks for an address of the page: it takes `../` out of it. */
async function ask(address: string, headers: Readonly<Record<string, string>> = {}) {
  const { pathname, search } = new URL(address, 'http://station/')
  return station.app.inject({ url: pathname + search, headers })
}

async function kind(address: string): Promise<string> {
  const { statusCode, headers } = await ask(address)
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

describe('for a browser', () => {
  it.each([
    ['deep.tif', 'image/png'],
    ['fax.pgm', 'image/png'],
    ['deep.png', 'image/png'],
    ['photo.jpg', 'image/jpeg'],
    ['broken.tif', '422'],
  ])('%s is %s', async (file, type) => {
    expect(await kind(runPhotographAddress('line/monday/deep', file))).toBe(type)
  })

  it.each(['deep.tif', 'deep.png', 'deep@1.tif'])(
    'of more than 8 bits are as bright as the run saw them: %s',
    async (file) => {
      const drawn = await ask(runPhotographAddress('line/monday/deep', file))
      expect([...(await decodeImage(drawn.rawPayload)).data.subarray(0, 3)]).toEqual([64, 64, 64])
      const small = await ask(runThumbnailAddress('line/monday/deep', file, 16))
      expect((await decodeImage(small.rawPayload)).data[0]).toBeCloseTo(64, -1)
    },
  )

  it('and as they are for who asks so', async () => {
    expect(await kind('/v1/runs/line%2Fmonday%2Fdeep/photographs/deep.tif')).toBe('image/tiff')
    expect(await kind('/v1/runs/first/photographs/photo.jpg?as=png')).toBe('400')
  })
})

describe('that a browser has', () => {
  const [changing, fold] = ['changing.png', 0]
  const addresses = [
    runPhotographAddress('first', changing),
    runThumbnailAddress('first', changing, 32),
    runMapAddress('first', fold, changing),
  ]
  const files = () => [
    join(dataset, changing),
    heatMapPath(join(dataset, '../../../runs/first/maps', `fold-${fold}`), changing),
  ]

  it.each(addresses)('are sent again only where they have changed: %s', async (address) => {
    for (const file of files()) put(file, await greyPng(100))
    const first = await ask(address)
    const { etag = '', 'cache-control': kept } = first.headers
    expect([first.statusCode, kept]).toEqual([200, 'private, no-cache'])
    const held = await ask(address, { 'if-none-match': `"other", ${etag}` })
    expect([held.statusCode, held.rawPayload.length, held.headers.etag]).toEqual([304, 0, etag])
    const other = await greyPng(200) // of one grey: as many bytes
    for (const file of files()) {
      const { atime, mtime, ctimeMs } = statSync(file)
      // The clock of a file system goes on in steps of some milliseconds.
      const change = (): number => {
        put(file, other)
        utimesSync(file, atime, mtime)
        return statSync(file).ctimeMs
      }
      await expect.poll(change).not.toBe(ctimeMs)
    }
    const changed = await ask(address, { 'if-none-match': String(etag) })
    expect(changed.statusCode).toBe(200)
    expect(changed.headers.etag).not.toBe(etag)
    expect((await decodeImage(changed.rawPayload)).data[0]).toBeCloseTo(200, -1)
  })

  it('are others in another size or form', async () => {
    const tags = await Promise.all(
      [
        ...[16, 32].map((side) => runThumbnailAddress('first', image, side)),
        ...['', '?as=drawn'].map((as) => runPhotographAddress('first', image).split('?')[0] + as),
      ].map(async (address) => (await ask(address)).headers.etag),
    )
    expect(new Set(tags).size).toBe(4)
  })

  it('are not kept where there are none', async () => {
    const broken = await ask(runPhotographAddress('line/monday/deep', 'broken.tif'))
    expect([broken.headers.etag, broken.headers['cache-control']]).toEqual([undefined, 'no-store'])
  })
})

it.each(['first', 'line/monday/deep'])('of %j are found, however deep it lies', async (run) => {
  expect(await kind(`/v1/runs/${encodeURIComponent(run)}`)).toContain('application/json')
})

it.each([
  'linked',
  '.hidden',
  'a/b/c/too-deep',
  'line',
  'line/../first',
  '../runs/first',
  'first/',
  'fi\0rst',
])('are not to be had of %j, which is in no list', async (run) => {
  expect(await kind(`/v1/runs/${encodeURIComponent(run)}`)).toBe('404')
})

it('come with what their maps show', async () => {
  const one = rows.find(({ role }) => role === 'inference')?.image ?? ''
  const all = (await ask('/v1/runs/first/images')).json()
  const of = async (run: string) =>
    (await ask(`/v1/runs/${encodeURIComponent(run)}/images/${encodeURIComponent(one)}`)).json()
  expect(await of('first')).toEqual({
    ...all.find((each: { image: string }) => each.image === one),
    mapped: 'all',
  })
  expect(await of('line/monday/cropped')).toMatchObject({ image: one, mapped: 'middle' })
  expect(await kind('/v1/runs/first/images/none.png')).toBe('404')
  expect(await kind('/v1/runs/line%2Fmonday%2Fdeep/images')).toBe('422')
})
