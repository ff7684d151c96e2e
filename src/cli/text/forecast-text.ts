import { count, grouped, statedPercent } from '../../report/format.ts'
import type { Forecast, StageName } from '../../wire/forecast.ts'
import { table, textWidth, wrap } from '../layout-text.ts'
import { plain } from './plain.ts'

const does: Readonly<Record<StageName, string>> = {
  bring: 'images into the store, by the submitter alone',
  features: 'features',
  queue: 'what the queue does',
  gather: 'one look for all fits',
  fit: 'fits, one worker a fold',
  rank: 'threshold scores',
  judge: 'judgement',
  place: 'heat maps into the run, by the submitter alone',
  pixels: 'figures of pixels, one worker a fold',
}

/** Crews whose times are told. */
const told = [1, 4, 16, 64, 256]

export function forecastText(found: Forecast, columns: number): string {
  const width = textWidth(columns)
  const { rates, asked, crews, limit, features, threads } = found
  const rate = (value: number | null, of: string): string =>
    value === null ? 'each fit looks itself' : `at ${count(value)} ${of} a second`
  const measured: readonly (readonly [StageName, string])[] = [
    ['bring', rate(rates.brought, 'images')],
    ['features', rate(rates.features, 'images')],
    ['queue', `at ${count(rates.jobsAdded)} jobs added and ${count(rates.jobsDone)} done a second`],
    ['gather', rate(rates.gathered, 'images')],
    ['fit', fitWords(rates.fit)],
    ['rank', rate(rates.scored, 'images')],
    ['judge', rate(rates.judged, 'images')],
    ['place', rate(rates.placed, 'images')],
    ['pixels', rates.joined === null ? 'no masks' : rate(rates.joined, 'images')],
  ]
  const stages = measured.map(([name, words]) => [does[name], words, duration(asked.stages[name])])
  const others = crews.filter(({ workers }) => told.includes(workers))
  const parts = [
    wrap(
      `${grouped(found.images)} images, ${found.folds} folds of ${found.detector} on ${found.backbone} at ${found.input.width}x${found.input.height}: ${duration(asked.seconds)} on ${counted(asked.workers)} of ${threads === 1 ? 'one thread' : `${threads} threads`}.`,
      width,
    ),
    table([['step', 'measured here', `on ${counted(asked.workers)}`], ...stages]),
    wrap(
      `Bringing, features and the queue go on at once, and so do judgement and heat maps. While features are made, ${bytes(asked.storeBytes)} a second go into and out of the store; one worker got ${bytes(rates.fetchedBytes)} a second.`,
      width,
    ),
    wrap(featureWords(features, rates.featureBytes), width),
    table([
      ['workers', `${grouped(found.images)} images`],
      ...others.map(({ workers, seconds }) => [grouped(workers), duration(seconds)]),
    ]),
    wrap(limitWords(limit), width),
  ]
  return `${plain(parts.join('\n\n'))}\n`
}

const fitWords = ({ seconds, perImage }: Forecast['rates']['fit']): string =>
  perImage === 0 ? `in ${count(seconds)} s each` : `in ${count(1000 * perImage)} ms an image`

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
