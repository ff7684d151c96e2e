/** Places what the report's own charts draw: their markup is escaped by the template that makes it. */
import { useMemo } from 'preact/hooks'
import type { Markup } from '../../report/html.ts'

export function Drawn({ of, class: name }: { readonly of: () => Markup; readonly class?: string }) {
  const text = useMemo(() => of().text, [of])
  // escaped already: only the report's template makes a Markup
  return <div class={name ?? 'drawn'} dangerouslySetInnerHTML={{ __html: text }} />
}
