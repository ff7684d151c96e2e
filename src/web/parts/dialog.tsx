/** A dialog of the page's own: the browser keeps the focus in it, `Esc` leaves, and whatever had the focus has it again afterwards. */
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

interface Props {
  readonly title: string
  readonly onLeave: () => void
  readonly children: ComponentChildren
}

export function Dialog({ title, onLeave, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    // closed before it is taken away: only so is the focus given back
    return () => element?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      class="panel"
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault()
        onLeave()
      }}
    >
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  )
}
