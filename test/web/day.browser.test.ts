/**
 * A day at the station in a real browser, small: commissioned, fading light, review by keyboard, alarm, a model trained again, compared,
 * in shadow, promoted, taken back; the records afterwards say what was done, one by one. `scripts/station/day.ts` lives a larger one.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { expect, it } from 'vitest'
import { chromiumPath } from '../../scripts/station/day/browser.ts'
import { checkRecords } from '../../scripts/station/day/check-records.ts'
import { liveOneDay } from '../../scripts/station/day/day.ts'
import { startStation } from '../../scripts/station/station-process.ts'
import { evaluateDataset, simulateDataset, trainModel } from '../../src/pipeline.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const root = join(import.meta.dirname, '../..')
const size = { width: 96, height: 128 }

it.skipIf(chromiumPath === undefined)(
  `a day at the station${chromiumPath ? '' : ' (skipped: no chromium in /usr/bin)'}`,
  async () => {
    const folder = temporaryFolder()
    const at = (...names: string[]): string => join(folder, ...names)
    // the one that is built already, where there is one: other tests start stations meanwhile, which read it
    if (!existsSync(join(root, 'dist/web/index.html')))
      await build({ configFile: join(root, 'src/web/vite.config.ts'), logLevel: 'error' })
    await simulateDataset({
      ...{ out: at('parts'), seed: 0, size, threads: 2, parts: 40, defectiveParts: 20 },
      ...{ imagesPerPart: 1, angles: [20, 20], lots: 1 },
    })
    const here = { threads: 2, cache: null } as const
    await evaluateDataset({
      ...{ ...here, dataset: at('parts'), out: at('runs', 'first'), layout: 'manifest', keepModels: true },
      ...{ backbone: 'filterbank', size: { width: 64, height: 64 }, folds: 3 },
    })
    await trainModel({ ...here, fromRun: at('runs', 'first'), out: at('models', 'first') })
    const station = await startStation([
      ...['--models', at('models'), '--runs', at('runs'), '--data', at('data')],
      ...['--model', at('models', 'first'), '--keep', 'all', '--rate', '1000000'],
    ])
    try {
      const day = await liveOneDay({
        ...{ address: station.address, pictures: process.env.PLUMBLINE_DAY_PICTURES ?? null, workers: 2 },
        ...{ object: 'link', size, before: 60, commissioning: 200, day: 200, sample: 0.7 },
        defective: 0.25,
        tell: () => {},
      })
      const { compared, wrong } = await checkRecords(station.address, at('data'), day)
      expect({ wrong, troubles: day.troubles }).toEqual({ wrong: [], troubles: [] })
      expect(compared).toBeGreaterThan(1000)
      expect(day.alarm).toMatch(/check lamps|less ordinary/)
    } finally {
      await station.stop()
    }
  },
  590_000,
)
