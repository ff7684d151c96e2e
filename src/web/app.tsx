/** Who may see the page, and which view is shown. */
import { useEffect } from 'preact/hooks'
import { Shell } from './parts/shell.tsx'
import { SignIn } from './parts/sign-in.tsx'
import { access } from './state/call.ts'
import { askWho } from './state/person.ts'
import { route } from './state/route.ts'
import { viewOf } from './views/views.ts'

export function App() {
  useEffect(askWho, [])
  if (access.value === 'out') return <SignIn />
  const view = viewOf(route.value.path[0])
  return (
    <Shell current={view.id}>
      <view.Page path={route.value.path.slice(1)} query={route.value.query} />
    </Shell>
  )
}
