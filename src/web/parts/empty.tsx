/** What stands where there is nothing yet: what it means, and what to do. */
import type { ComponentChildren } from 'preact'

export function Empty({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ComponentChildren
}) {
  return (
    <div class="empty nothing">
      <h2>{title}</h2>
      {children}
    </div>
  )
}
