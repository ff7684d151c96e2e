/** Every inspection and every image of the runs, filtered and sorted; one of them with everything that is known of it. */
import type { ViewProps } from '../views.ts'
import { Detail } from './detail.tsx'
import { Everything } from './everything.tsx'
import { OneRunImage } from './run-image.tsx'
import { RunImages } from './run-images.tsx'

export function Explore({ path: [id, ofRun, image], query }: ViewProps) {
  const run = query.get('run')
  if (id === 'run' && ofRun !== undefined && image !== undefined)
    return <OneRunImage key={image} run={ofRun} image={image} query={query} />
  if (id !== undefined) return <Detail key={id} id={id} query={query} />
  return run === null ? <Everything query={query} /> : <RunImages key={run} run={run} query={query} />
}
