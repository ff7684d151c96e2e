/** The fixture run with its pictures drawn: what `renderReport` takes. */
import sharp from 'sharp'
import type { Image, ScoreMap } from '../../src/image/image.ts'
import { buildGallery, type Painter } from '../../src/report/build-gallery.ts'
import type { ReportView } from '../../src/report/view.ts'
import { quietTask } from '../../src/task.ts'
import { type Fixture, type FixtureOptions, fixtureRun, fixtureScene } from './fixture.ts'

const colours = ['#000004', '#320a5e', '#781c6d', '#bc3754', '#ed6925', '#fbb61a', '#fcffa4'] // inferno

const channel = (colour: string, c: number): number => Number.parseInt(colour.slice(1 + 2 * c, 3 + 2 * c), 16)

/** A painter of its own, so that these tests do not wait for the image room's. */
export const fixturePainter: Painter = {
  colours,
  async encodeWebp({ data, width, height }: Image, quality: number) {
    return sharp(data, { raw: { width, height, channels: 3 } })
      .webp({ quality })
      .toBuffer()
  },
  colourise({ data: scores, width, height }: ScoreMap, { low, high }): Image {
    const data = new Uint8Array(width * height * 3)
    scores.forEach((value, i) => {
      const t = Math.min(1, Math.max(0, (value - low) / (high - low))) * (colours.length - 1)
      const k = Math.min(colours.length - 2, Math.floor(t))
      for (let c = 0; c < 3; c++) {
        data[i * 3 + c] = channel(colours[k]!, c) * (1 - (t - k)) + channel(colours[k + 1]!, c) * (t - k)
      }
    })
    return { data, width, height }
  },
}

/** @param maximumItems - Pictures drawn; keep small in tests. */
export async function fixtureView(
  seed: number,
  options: FixtureOptions = {},
  maximumItems = 60,
): Promise<ReportView> {
  const run = fixtureRun(seed, options)
  const { items, scale } = await buildGallery(
    {
      rows: run.rows,
      thresholds: thresholdsOf(run),
      load: sceneLoader(run),
      painter: fixturePainter,
      task: quietTask,
      range: { low: 1.25, high: 3.2 },
    },
    { maximumItems },
  )
  return {
    ...run,
    gallery: items,
    ...(scale && { mapScale: scale }),
    config: { seed, folds: 5, out: 'runs/links' },
  }
}

export function thresholdsOf({ evaluation }: Fixture): Map<number, number | null> {
  return new Map(evaluation.folds.map((fold) => [fold.fold, fold.threshold]))
}

export function sceneLoader({ rows }: Fixture) {
  return async (image: string, fold: number) => {
    const row = rows.find((each) => each.image === image && each.fold === fold)
    return row === undefined ? null : fixtureScene(row)
  }
}
