/** Shows what was asked for, and meanwhile what is being waited for, in words: no wheel that turns without saying anything. */
import type { ComponentChildren } from 'preact'
import type { Resource } from '../state/resource.ts'
import { Trouble } from './trouble.tsx'

interface Props<Value> {
  readonly of: Resource<Value>
  /** What is being waited for. */
  readonly waiting: string
  readonly children: (value: Value) => ComponentChildren
}

export function Loading<Value>({ of, waiting, children }: Props<Value>) {
  const now = of.now.value
  return (
    <>
      {now.state === 'failed' && <Trouble error={now.error} again={of.refresh} />}
      {now.state === 'asking' && now.value === undefined && (
        <p class="waiting muted" role="status">
          {waiting}
        </p>
      )}
      {now.value !== undefined && children(now.value)}
    </>
  )
}
