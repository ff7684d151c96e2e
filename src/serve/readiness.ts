/** Whether verdicts are to be had and kept: one line for each thing that it takes. */
import type { Readiness, ReadinessCheck } from '../wire/serve/health.ts'
import type { Shelf } from './models/shelf.ts'
import type { Recorder } from './recording/recorder.ts'

export function readinessOf(shelf: Shelf, recorder: Recorder, isEnding: boolean): Readiness {
  const { active } = shelf.inUse()
  const { trouble } = recorder
  const checks: readonly ReadinessCheck[] = [
    {
      name: 'model',
      ok: active !== null,
      detail: active === null ? 'no model is active' : `${active} is warm`,
      about: active,
    },
    {
      ...{ name: 'records', ok: trouble === null },
      detail:
        trouble === null ? 'the database takes records' : `verdicts are given and not recorded: ${trouble}`,
      about: trouble,
    },
    {
      name: 'station',
      ok: !isEnding,
      detail: isEnding ? 'it is being shut down' : 'it takes requests',
      about: null,
    },
  ]
  return { ready: checks.every(({ ok }) => ok), checks: [...checks] }
}
