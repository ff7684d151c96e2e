/** Scores of threshold images, with what their maps tell of colours and regions: of all at once, or of shards that are joined in their order. */
import type { Vision } from '../../backbone/vision.ts'
import type { Sample } from '../../dataset/sample.ts'
import type { Detector } from '../../detector/detector.ts'
import { createInspector } from '../../inspect/create-inspector.ts'
import { peakOf, regionLevel } from '../../inspect/regions.ts'
import type { Task } from '../../task.ts'
import type { ModelCard } from '../../wire/model.ts'
import type { ScoreRange } from '../folder/heat-map-file.ts'
import { createRangeSampler, type SampledRange } from '../folder/map-range.ts'
import type { Failure } from '../open/open-samples.ts'
import { type Scores, scoreAll } from './score-all.ts'

/** Which maps are looked at for the colour scale: every `stride`-th, where `from` images come before these; null for none. */
export type SampledMaps = { readonly from: number; readonly stride: number } | null

export interface Ranked {
  readonly scores: Scores
  readonly failures: readonly Failure[]
  /** Of the maps of nominal images. */
  readonly peaks: readonly number[]
  readonly sampled: SampledRange
}

/** What threshold images tell of a fold. */
export interface RankRecord {
  readonly threshold: Scores
  readonly failures: readonly Failure[]
  /** Colour scale of the heat maps. */
  readonly range: ScoreRange
  readonly regions: ModelCard['regions']
}

/** Threshold images whose maps set the colour scale. */
const sampledMaps = 80

/** Of a fold with so many threshold images, the first of which comes `from` after others. */
export const mapsToSample = (images: number, from: number): SampledMaps => ({
  from,
  stride: Math.max(1, Math.ceil(images / sampledMaps)),
})

/** @param maps - Null where another fold sets the scale. @throws {CancelledError} */
export async function rankImages(
  detector: Detector,
  vision: Vision,
  samples: readonly Sample[],
  maps: SampledMaps,
  label: string,
  task: Task,
): Promise<Ranked> {
  const peaks: number[] = []
  const sampler = createRangeSampler()
  const places = new Map(samples.map((sample, i) => [sample, i]))
  const inspector = createInspector({ detector, vision, operating: null })
  const scored = await scoreAll(inspector, samples, label, task, (sample, value) => {
    const isNominal = sample.label === 'nominal'
    const isSampled = maps !== null && (maps.from + (places.get(sample) ?? 0)) % maps.stride === 0
    if (!isNominal && !isSampled) return
    const map = value.map()
    if (isSampled) sampler.add(map, value.frame, isNominal)
    if (isNominal) peaks.push(peakOf(map, value.frame))
  })
  return { ...scored, peaks, sampled: sampler.sampled() }
}

/** @param range - Colour scale of the heat maps; null in the first fold, which sets it. */
export function joinRanked(shards: readonly Ranked[], range: ScoreRange | null): RankRecord {
  const sampler = createRangeSampler()
  for (const { sampled } of shards) sampler.merge(sampled)
  return {
    threshold: shards.flatMap(({ scores }) => scores),
    failures: shards.flatMap(({ failures }) => failures),
    range: range ?? sampler.range(),
    regions: regionLevel(shards.flatMap(({ peaks }) => peaks)),
  }
}
