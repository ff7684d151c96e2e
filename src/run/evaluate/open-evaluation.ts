/** An evaluation opened, before its folds are planned: the run, its units and masks, and how a fold is judged. */
import type { FoldSettings } from '../../evaluate/evaluate-fold.ts'
import { parsePartScore } from '../../evaluate/part-score.ts'
import { planFolds } from '../../evaluate/split.ts'
import { createChooser } from '../../evaluate/thresholds/choose-threshold.ts'
import { groupUnits, partsKnown, type Unit } from '../../evaluate/units.ts'
import { sha256 } from '../../files/hash.ts'
import { decisiveConfig } from '../../options/config-file.ts'
import { statedFactory } from '../../options/factory-options.ts'
import { thresholdSettings } from '../../options/operating-point.ts'
import { type EvaluateRequest, evaluateAsk } from '../../options/requests/evaluate.ts'
import type { Task } from '../../task.ts'
import { version } from '../../version.ts'
import { type MaskStore, maskStore, readMasks } from '../open/mask-store.ts'
import { type OpenRun, openRun } from '../open/open-run.ts'

export interface OpenEvaluation extends OpenRun {
  readonly request: EvaluateRequest
  /** Folder in which its folds are worked. */
  readonly out: string
  /** Hash over all that decides about the results. */
  readonly key: string
  readonly settings: FoldSettings
  readonly units: readonly Unit[]
  readonly masks: MaskStore
}

/** What folds are drawn from. */
export interface Drawn extends Pick<OpenEvaluation, 'units' | 'request'> {
  readonly partsKnown: boolean
}

/**
 * @param plan - Draws folds before any image is looked at: too few are better told before an hour of work than after.
 * @throws as `evaluateDataset`, and what `plan` throws.
 */
export async function openEvaluation(
  request: EvaluateRequest,
  task: Task,
  plan: (drawn: Drawn) => unknown = ({ units }) => planFolds(units, { ...request, merged: true }),
): Promise<OpenEvaluation> {
  const factory = statedFactory(request)
  const choose = createChooser(thresholdSettings(request), factory)
  const run = await openRun(request, task, (samples, unit) => {
    const units = groupUnits(samples, unit)
    plan({ units, request, partsKnown: partsKnown(samples) })
    noteIdlePartScore(request.partScore, units, task)
  })
  try {
    const { seen, unit, card } = run
    const decisive = decisiveConfig(evaluateAsk.options, request)
    return {
      ...run,
      request,
      out: request.out,
      key: sha256(
        JSON.stringify([version, decisive, card.detector, card.input, card.backbone, card.fingerprint]),
      ),
      settings: {
        ...factory,
        unit,
        partsKnown: partsKnown(seen.samples),
        partScore: parsePartScore(request.partScore),
        choose,
        draws: request.shots === null ? 1 : request.draws,
      },
      units: groupUnits(seen.samples, unit),
      masks: maskStore(run.maskBits ?? [await readMasks(seen.samples, seen.frames, task, run.interest)]),
    }
  } catch (error) {
    await run.vision.close()
    throw error
  }
}

/** A rule for the images of a part, where no part has two. */
function noteIdlePartScore(partScore: string, units: readonly Unit[], task: Task): void {
  if (
    parsePartScore(partScore).rule === 'max' ||
    units.some(({ nominal, anomalous }) => nominal.length + anomalous.length > 1)
  )
    return
  task.note(
    `--part-score ${partScore} changes nothing: every image is a part of its own (--part-pattern, --parts inferred)`,
  )
}
