import { count, grouped, statedPercent } from '../../report/format.ts'
import type { Forecast, ForecastCrew, StageName } from '../../wire/forecast.ts'
import { table, textWidth, wrap } from '../layout-text.ts'
import { plain } from './plain.ts'

const does: Readonly<Record<StageName, string>> = {
  bring: 'images into the store, by the submitter alone',
  features: 'features',
  queue: 'what the queue does',
  gather: 'one look for all fits',
  fit: 'fits and thresholds, one worker a fold',
  judge: 'judgement, one worker a fold',
}

/** Crews whose times are told. */
const told = [1, 4, 16, 64, 256]

export function forecastText(found: Forecast, columns: number): string {
  const width = textWidth(columns)
  const { rates, asked, crews, limit, features, threads } = found
  const rate = (value: number | null, of: string): string =>
    value === null ? 'each fit looks itself' : `${count(value)} ${of} a second`
  const measured: readonly (readonly [StageName, string])[] = [
    ['bring', rate(rates.brought, 'images')],
    ['features', rate(rates.features, 'images')],
    ['queue', `${count(rates.jobsAdded)} jobs added and ${count(rates.jobsDone)} done a second`],
    ['gather', rate(rates.gathered, 'images')],
    ['fit', `${rate(rates.scored, 'images')}, ${count(rates.fit.seconds)} s a fit`],
    ['judge', rate(rates.judged, 'images')],
  ]
  const stages = measured.map(([name, words]) => [does[name], words, duration(asked.stages[name])])
  const others = crews.filter(({ workers }) => told.includes(workers))
  const parts = [
    wrap(
      `${grouped(found.images)} images, ${found.folds} folds of ${found.detector} on ${found.backbone} at ${found.input.width}x${found.input.height}: ${duration(asked.seconds)} on ${counted(asked.workers)} of ${threads === 1 ? 'one thread' : `${threads} threads`}.`,
      width,
    ),
    table([['step', 'measured here', 'it would take'], ...stages]),
    wrap(
      `Bringing, features and the queue go on at once. Meanwhile ${bytes(asked.storeBytes)} a second go into and out of the store; one worker got ${bytes(rates.fetchedBytes)} a second.`,
      width,
    ),
    wrap(featureWords(features, rates.featureBytes), width),
    table([['workers', 'in all', 'a million images'], ...others.map((crew) => crewRow(crew, found.images))]),
    wrap(limitWords(limit), width),
  ]
  return `${plain(parts.join('\n\n'))}\n`
}

const crewRow = ({ workers, seconds }: ForecastCrew, images: number): string[] => [
  grouped(workers),
  duration(seconds),
  duration((seconds * 1e6) / images),
]

function featureWords({ bytes: all, kept }: Forecast['features'], each: number): string {
  const size = `Features are ${bytes(each)} an image, ${bytes(all)} in all`
  if (kept >= 1) return `${size}: the store keeps them.`
  return `${size}, of which the store keeps ${statedPercent(Math.round(100 * kept) / 100)}: the others are worked out again by each step that asks. PLUMBLINE_CACHE_BYTES sets how many.`
}

function limitWords(limit: Forecast['limit']): string {
  if (limit === null) return 'Twice as many workers go on saving time beyond a thousand.'
  return `From ${counted(limit.workers)} on twice as many save less than a tenth of the time. What stays: ${does[limit.by]}.`
}

const counted = (workers: number): string => `${grouped(workers)} worker${workers === 1 ? '' : 's'}`

function duration(seconds: number): string {
  if (seconds < 100) return `${count(seconds)} s`
  return seconds < 7200 ? `${count(seconds / 60)} min` : `${count(seconds / 3600)} h`
}

function bytes(value: number): string {
  const [size, name] = value >= 1e9 ? [1e9, 'GB'] : value >= 1e6 ? [1e6, 'MB'] : [1e3, 'kB']
  return `${count(value / size)} ${name}`
}
