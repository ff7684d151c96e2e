/** What `forecast --json` prints: rates as measured on one machine, and what a run would take on many. */
import { z } from 'zod'

/** Of one worker, of the queue and of the store; a second where nothing else is said. */
export const ratesSchema = z.strictObject({
  /** Bytes of a picture's file, mean, and of its features in the store. */
  imageBytes: z.number(),
  featureBytes: z.number(),
  /** Pictures that a submitter reads, hashes and puts into the store. */
  brought: z.number(),
  /** Bytes that a worker gets from the store, verified. */
  fetchedBytes: z.number(),
  /** Pictures decoded and looked at. */
  features: z.number(),
  /** Pictures of which `gather` takes what all fits need, features at hand; null where the method does not share its look out. */
  gathered: z.number().nullable(),
  /** Of a fit: seconds however many pictures there are, and for each. */
  fit: z.strictObject({ seconds: z.number(), perImage: z.number() }),
  /** Pictures scored; pictures judged, their pixels counted where there are masks and their heat maps put into the store; features at hand. */
  scored: z.number(),
  judged: z.number(),
  /** Heat maps that a submitter gets out of the store and writes. */
  placed: z.number(),
  /** Pictures whose counted pixels are joined; null without masks. */
  joined: z.number().nullable(),
  /** Jobs that the queue takes in, and that workers take and finish. */
  jobsAdded: z.number(),
  jobsDone: z.number(),
})

export const stageNames = [
  ...(['bring', 'features', 'queue', 'gather', 'fit'] as const),
  ...(['rank', 'judge', 'place', 'pixels'] as const),
] as const

const stagesSchema = z.strictObject(
  Object.fromEntries(stageNames.map((name) => [name, z.number()])) as Record<
    (typeof stageNames)[number],
    z.ZodNumber
  >,
)

const crewSchema = z.strictObject({
  workers: z.int(),
  /** Seconds in all: bringing, features and queue go on at once, then one after the other gather, fit and rank; judge and place at once; pixels. */
  seconds: z.number(),
  stages: stagesSchema,
  /** Bytes a second into and out of the store while features are made. */
  storeBytes: z.number(),
})

export const forecastSchema = z.strictObject({
  plumbline: z.string(),
  images: z.int(),
  folds: z.int(),
  detector: z.string(),
  backbone: z.string(),
  input: z.strictObject({ width: z.int(), height: z.int() }),
  threads: z.int(),
  /** Pictures that were measured. */
  measured: z.int(),
  rates: ratesSchema,
  /** Bytes of the features of all, and how many a store keeps: the others are worked out again by each step that asks. */
  features: z.strictObject({ bytes: z.number(), kept: z.number() }),
  asked: crewSchema,
  /** For ever more workers, doubled each time. */
  crews: z.array(crewSchema),
  /** From so many workers on, twice as many save less than a tenth of the time; null where that is beyond what was looked at. */
  limit: z.strictObject({ workers: z.int(), by: z.enum(stageNames) }).nullable(),
})

export type Rates = z.infer<typeof ratesSchema>
export type Forecast = z.infer<typeof forecastSchema>
export type ForecastCrew = z.infer<typeof crewSchema>
export type StageName = (typeof stageNames)[number]
