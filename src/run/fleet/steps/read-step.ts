/** Steps as a worker finds them in the store: what is to be done, and what others have done. */
import { InputError } from '../../../errors.ts'
import { sha256 } from '../../../files/hash.ts'
import { laneOf } from '../../../work/making.ts'
import type { Step } from '../../../work/step.ts'
import { findRecorded, readStepResult, type StepResult } from '../../../work/step-result.ts'
import { type Store, stepKey } from '../../../work/store.ts'
import { laneHere } from '../lanes.ts'

/** @throws {InputError} It is not in the store, is not what its name says, or was submitted by another version. */
export async function readStep(store: Store, id: string): Promise<Step> {
  const bytes = await store.get(stepKey(id))
  if (bytes === undefined)
    throw new InputError(store.place, `has no step ${id}: is it the store of the submitter?`)
  if (sha256(bytes) !== id)
    throw new InputError(store.place, `step ${id} is not what its name says: it was altered or is damaged`)
  const step = JSON.parse(new TextDecoder().decode(bytes)) as Step
  const lane = laneHere()
  if (laneOf(step.made) !== lane)
    throw new InputError(
      store.place,
      `step ${id} was submitted by ${laneOf(step.made)}, and this worker is ${lane}`,
    )
  return step
}

/** What an earlier step came to, on which this one builds. @throws {InputError} It is gone from the store. */
export async function earlierResult(store: Store, id: string): Promise<StepResult> {
  const recorded = await findRecorded(store, id)
  const result = recorded === undefined ? undefined : await readStepResult(store, id, recorded)
  if (result === undefined) throw new InputError(store.place, `the result of step ${id} is gone: start again`)
  return result
}
