/** Every inspection, filtered and sorted; one of them with everything that is known of it. */
import type { ViewProps } from '../views.ts'
import { Detail } from './detail.tsx'
import { Everything } from './everything.tsx'

export function Explore({ path: [id], query }: ViewProps) {
  return id === undefined ? <Everything query={query} /> : <Detail key={id} id={id} />
}
