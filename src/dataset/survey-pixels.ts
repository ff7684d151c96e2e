/**
 * The first look at how a dataset's pixels are stored: depth, pages, bands. From it follows one way to read all of its images.
 *
 * A camera of 10 or 12 bits often writes its values unscaled into containers of 16; read as 16 bits, a sixteenth of the grey
 * levels is left. The range is the whole dataset's, never one image's: a part does not become brighter by what lies beside it.
 */
import { InputError } from '../errors.ts'
import { decodeSamples, type Samples } from '../image/decode-samples.ts'
import { looksLikeMosaic } from '../image/mosaic.ts'
import { type PixelHead, readPixelHead } from '../image/pixel-head.ts'
import { depthOf, type PixelRange, type PixelReading } from '../image/pixel-reading.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'
import { pageId } from './page-id.ts'
import type { LeftOut, Sample } from './sample.ts'

/** What the user said of it; null where nothing. */
export interface AskedPixels {
  readonly range: PixelRange | null
  readonly page: number | 'all' | null
}

export interface PixelSurvey {
  /** Those given, with how each is to be read where that is not plain; with `all` pages, one for each page. */
  readonly samples: readonly Sample[]
  /** The one way for the dataset; null where every file has 8 bits and one page. To be recorded with a model. */
  readonly pixels: RecordedPixels | null
  readonly leftOut: readonly LeftOut[]
  /** What was decided, a sentence each. */
  readonly notes: readonly string[]
}

/** As it stands in `evaluation.json` and on the model's card. */
export interface RecordedPixels {
  /** What becomes 0 and 255 in files of more than 8 bits; null where there are none, or all of 16 bits are used. */
  readonly range: PixelRange | null
  /** Which page of files that have several. */
  readonly page: number | 'all'
}

/** Files of 16 bits that are decoded for their largest value: cameras do not change their depth. */
const mostDecoded = 512
/** Grey files that are decoded to see whether they are mosaics. */
const mostLookedAt = 8

/**
 * @throws {CancelledError} The task's signal fired.
 * Cost: the head of every file; files of 16 bits, up to 512, are decoded once, and up to 8 of grey.
 */
export async function surveyPixels(
  samples: readonly Sample[],
  asked: AskedPixels,
  task: Task,
): Promise<PixelSurvey> {
  const heads = await readHeads(samples, task)
  const deep = samples.filter((_, i) => (heads[i]?.bits ?? 8) > 8)
  const paged = samples.filter((_, i) => (heads[i]?.pages ?? 1) > 1)
  const banded = samples.filter((_, i) => (heads[i]?.furtherBands ?? 0) > 0)
  const isPaged =
    paged.length > 0 || samples.some((_, i) => heads[i]?.format === 'TIFF' && Number(asked.page) > 1)
  const notes: string[] = []
  const range = deep.length === 0 ? null : await findRange(samples, heads, asked.range, notes, task)
  const page = asked.page ?? 1
  const read = samples.flatMap((sample, i) => readingsOf(sample, heads[i] ?? null, range, page))
  if (page === 'all' && paged.length > 0)
    notes.push(
      `Every page of ${paged.length} files of several pages is an image of its own, of the same part.`,
    )
  return {
    samples: read,
    pixels: range === null && !isPaged ? null : { range, page },
    leftOut: [
      ...(page === 'all'
        ? []
        : leftOut(
            paged,
            samples.length,
            `further pages of files that hold several; page ${page} is read (--page N or --page all)`,
            asked.page === null ? 'warning' : 'info',
          )),
      ...leftOut(
        await mosaics(samples, heads, task),
        samples.length,
        'colours of what seem to be Bayer mosaics stored as grey images, which are read as grey: develop them to colour first, with the software of the camera or cv2.cvtColor(image, cv2.COLOR_BayerRG2BGR)',
        'warning',
      ),
      ...leftOut(banded, samples.length, 'bands beyond grey or colour, which are not read', 'warning'),
    ],
    notes,
  }
}

async function readHeads(samples: readonly Sample[], task: Task): Promise<readonly (PixelHead | null)[]> {
  const heads: (PixelHead | null)[] = []
  const progress = task.progress('heads', 'images')
  try {
    const read = mapConcurrent(samples, 16, ({ path }) => {
      checkCancelled(task)
      return readPixelHead(path)
    })
    for await (const head of read) {
      heads.push(head)
      progress.update(heads.length, samples.length)
    }
  } finally {
    progress.end()
  }
  return heads
}

async function findRange(
  samples: readonly Sample[],
  heads: readonly (PixelHead | null)[],
  asked: PixelRange | null,
  notes: string[],
  task: Task,
): Promise<PixelRange | null> {
  const says = (range: PixelRange, why: string): PixelRange => {
    notes.push(
      `Pixels of more than 8 bits: ${range.low} becomes black and ${range.high} white in every image (${why}).`,
    )
    return range
  }
  if (asked !== null) return says(asked, 'as stated by --range')
  const whole = samples.flatMap((sample, i) =>
    heads[i]?.bits === 16 ? [{ path: sample.path, head: heads[i], page: 1 }] : [],
  )
  if (whole.length === 0) return null // floating ones: each is refused, with what to state
  const stated = whole.map(({ head }) => head.largest)
  if (stated.every((largest) => largest !== null)) {
    const largest = stated.reduce((most, each) => Math.max(most, each), 0) // spread, a large dataset overflows the stack
    return largest === 65535 ? null : says({ low: 0, high: largest }, 'as the files state')
  }
  const largest = await largestOf(whole, task)
  const depth = largest === null ? null : depthOf(largest)
  if (depth === null) return null
  return says(
    { low: 0, high: 2 ** depth - 1 },
    `the largest value in the dataset is ${largest}: ${depth} bits in files of 16`,
  )
}

/** The grey images, where most of a few that are looked at are mosaics; a camera writes all of them alike. */
async function mosaics(
  samples: readonly Sample[],
  heads: readonly (PixelHead | null)[],
  task: Task,
): Promise<readonly Sample[]> {
  const grey = samples.filter((_, i) => heads[i]?.isPlainGrey)
  let found = 0
  let looked = 0
  for (const { path } of spread(grey, mostLookedAt)) {
    checkCancelled(task)
    const decoded = await maybeSamples(path)
    if (decoded === null || decoded.channels !== 1) continue
    looked++
    if (looksLikeMosaic(decoded.data, decoded.width, decoded.height)) found++
  }
  return found > 0.5 * looked ? grey : []
}

/** Up to so many, evenly. */
const spread = <T>(all: readonly T[], most: number): readonly T[] =>
  Array.from(
    { length: Math.min(most, all.length) },
    (_, i) => all[Math.floor(i * Math.max(1, all.length / most))]!,
  )

/** Null where it cannot be decoded: it is left out, with its reason, where it is used. */
async function maybeSamples(path: string): Promise<Samples | null> {
  try {
    return await decodeSamples(path)
  } catch (error) {
    if (error instanceof InputError) return null
    throw error
  }
}

/** The largest sample of all, null where none can be decoded. Stops where all 16 bits are used. */
async function largestOf(files: readonly { readonly path: string }[], task: Task): Promise<number | null> {
  const chosen = spread(files, mostDecoded)
  let largest: number | null = null
  const progress = task.progress('range of 16 bits', 'images')
  let done = 0
  try {
    const decoded = mapConcurrent(chosen, 4, async ({ path }) => {
      checkCancelled(task)
      if (largest !== null && depthOf(largest) === null) return null
      return largestIn(path)
    })
    for await (const found of decoded) {
      progress.update(++done, chosen.length)
      if (found !== null && found > (largest ?? -1)) largest = found
    }
  } finally {
    progress.end()
  }
  return largest
}

async function largestIn(path: string): Promise<number | null> {
  const decoded = await maybeSamples(path)
  if (decoded === null) return null
  let largest = 0
  for (let i = 0; i < decoded.data.length; i++) if (decoded.data[i]! > largest) largest = decoded.data[i]!
  return largest
}

function readingsOf(
  sample: Sample,
  head: PixelHead | null,
  range: PixelRange | null,
  page: number | 'all',
): readonly Sample[] {
  if (head === null) return [sample]
  const depth: PixelReading = range !== null && head.bits > 8 ? { range } : {}
  const readings: readonly PixelReading[] =
    page === 'all'
      ? Array.from({ length: head.pages }, (_, i) => (i === 0 ? depth : { ...depth, page: i + 1 }))
      : [head.format === 'TIFF' && page > 1 ? { ...depth, page } : depth]
  return readings.map((reading, i) => {
    const isPage = page === 'all' && head.pages > 1
    return {
      ...sample,
      ...(isPage && { id: pageId(sample.id, i + 1), part: sample.part ?? sample.id }),
      ...(Object.keys(reading).length > 0 && { reading }),
    }
  })
}

function leftOut(
  samples: readonly Sample[],
  of: number,
  reason: string,
  severity: LeftOut['severity'],
): LeftOut[] {
  if (samples.length === 0) return []
  const examples = samples.slice(0, 5).map(({ id }) => id)
  return [{ reason, severity, count: samples.length, share: samples.length / of, examples }]
}
