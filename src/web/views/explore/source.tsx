/** What is looked through: the inspections of the station, or the images of a run. */
import { Choice } from '../../parts/choice.tsx'
import { useResource } from '../../state/resource.ts'
import { go } from '../../state/route.ts'
import { runs } from '../../state/runs.ts'
import { say } from '../../words/language.ts'

/** @param run - Id of the run whose images are shown; null for inspections. */
export function Source({ run }: { readonly run: string | null }) {
  const list = useResource('runs', (signal) => runs.list({ signal }))
  return (
    <Choice
      name={say('explore.source')}
      value={run ?? undefined}
      nothing={say('explore.inspections')}
      options={(list.now.value.value ?? []).map(({ id }) => [id, say('explore.run', { run: id })])}
      onChange={(chosen) => go(['explore'], chosen === undefined ? {} : { run: chosen })}
    />
  )
}
