/**
 * What an evaluation of so many images takes on so many workers, from rates: arithmetic alone.
 *
 * The submitter brings images while workers make features of those that are there, and the queue hands out steps; then what fits need is
 * gathered, then every fold is fitted, which is one step each: with more workers than folds the others wait. Then all workers score threshold
 * images in shards, and judge; the submitter places heat maps as they come; pixels of a fold are joined by one worker. Left out: that a worker
 * opens a model when it turns to another fold, and what the submitter does before and after.
 */
import {
  type Forecast,
  type ForecastCrew,
  type Rates,
  type StageName,
  stageNames,
} from '../../../wire/forecast.ts'
import { gatherSize, leastGathered, scoredSize, shardSize } from '../shard-sizes.ts'

export interface Roles {
  readonly folds: number
  /** Shares of the images that train a fold, choose its threshold, and are judged. */
  readonly train: number
  readonly threshold: number
  readonly inference: number
  /** Share that trains any fold. */
  readonly nominal: number
}

/** Workers that are looked at: up to so many. */
const mostWorkers = 1024
/** Less than this share of the time saved by twice the workers is no gain. */
const leastGain = 0.1

/**
 * The roles that an evaluation gives: the halves for threshold and judgement have as many nominal images as defective ones, and no more than
 * leaves enough to train (`fill-halves.ts`).
 *
 * @param counts - Images of the dataset.
 */
export function rolesOf(
  counts: { readonly nominal: number; readonly anomalous: number },
  { folds, minTrain }: { readonly folds: number; readonly minTrain: number },
): Roles {
  const { nominal, anomalous } = counts
  const all = nominal + anomalous
  const half = Math.min(anomalous / 2, (nominal * (1 - minTrain)) / 2)
  const judged = (2 * half) / all
  return {
    folds,
    train: (nominal - 2 * half) / all,
    threshold: judged,
    inference: judged,
    nominal: nominal / all,
  }
}

/** @param keptBytes - Of features that a store keeps. */
export function forecast(
  images: number,
  workers: number,
  roles: Roles,
  rates: Rates,
  keptBytes: number,
): Pick<Forecast, 'features' | 'asked' | 'crews' | 'limit'> {
  const bytes = images * rates.featureBytes
  const kept = Math.min(1, keptBytes / bytes)
  const of = (crew: number): ForecastCrew => crewOf(images, crew, roles, rates, kept)
  const crews: ForecastCrew[] = []
  for (let crew = 1; crew <= mostWorkers; crew *= 2) crews.push(of(crew))
  return {
    features: { bytes, kept },
    asked: of(workers),
    crews,
    limit: limitOf(crews),
  }
}

const inShards = (images: number): { readonly images: number; readonly shards: number } => ({
  images,
  shards: Math.max(1, Math.ceil(images / scoredSize)),
})

function crewOf(
  images: number,
  workers: number,
  { folds, train, threshold, inference, nominal }: Roles,
  rates: Rates,
  kept: number,
): ForecastCrew {
  const isGathered = rates.gathered !== null && train * images >= leastGathered
  /** Seconds a picture at a rate with features at hand, those made again that were not kept. */
  const again = (rate: number): number => 1 / rate + (1 - kept) / rates.features
  /** Seconds of one step after the other, on so many workers as there are. */
  const rounds = (steps: number, each: number): number => Math.ceil(steps / workers) * each
  const [ranked, judged] = [inShards(threshold * images), inShards(inference * images)]
  const first = ranked.images / ranked.shards
  const isJoined = rates.joined !== null && judged.shards > 1
  const steps =
    images / shardSize +
    (isGathered ? (nominal * images) / gatherSize : 0) +
    folds * (ranked.shards + judged.shards + (isJoined ? 1 : 0))
  const learnt = isGathered || rates.gathered === null ? 0 : train * images * again(rates.gathered)
  const stages: Record<StageName, number> = {
    bring: images / rates.brought,
    features: images / (workers * rates.features),
    queue: steps / rates.jobsAdded + steps / rates.jobsDone,
    gather: isGathered ? (nominal * images * again(rates.gathered ?? Infinity)) / workers : 0,
    fit: rounds(
      folds,
      rates.fit.seconds + rates.fit.perImage * train * images + learnt + first * again(rates.scored),
    ),
    rank: rounds(folds * (ranked.shards - 1), first * again(rates.scored)),
    judge: rounds(folds * judged.shards, (judged.images / judged.shards) * again(rates.judged)),
    place: (folds * judged.images) / rates.placed,
    pixels: isJoined ? rounds(folds, judged.images / (rates.joined ?? Infinity)) : 0,
  }
  const together = Math.max(stages.bring, stages.features, stages.queue)
  return {
    workers,
    seconds:
      together +
      stages.gather +
      stages.fit +
      stages.rank +
      Math.max(stages.judge, stages.place) +
      stages.pixels,
    stages,
    storeBytes: (images * (2 * rates.imageBytes + rates.featureBytes * kept)) / together,
  }
}

/** Where doubling gains little, and what is longest of what does not shrink. */
function limitOf(crews: readonly ForecastCrew[]): Forecast['limit'] {
  for (const [i, crew] of crews.entries()) {
    const next = crews[i + 1]
    if (next === undefined) return null
    if (next.seconds < (1 - leastGain) * crew.seconds) continue
    const stuck = stageNames.filter((name) => next.stages[name] > 0.75 * crew.stages[name])
    const by = stuck.reduce<StageName>(
      (most, name) => (crew.stages[name] > crew.stages[most] ? name : most),
      stuck[0] ?? 'bring',
    )
    return { workers: crew.workers, by }
  }
  return null
}
