/**
 * A list of any length of which only the rows in sight exist. Rows are of one height; the list asks for what comes into sight.
 * Screen readers are told where in the whole a row stands.
 */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

interface Props {
  readonly label: string
  readonly count: number
  /** CSS pixels. */
  readonly rowHeight: number
  /** Of a row; `null` content is drawn as an empty row while it is being fetched. */
  readonly row: (index: number) => ComponentChildren
  /** Rows in sight and a screenful around them, first (inclusive) to last (exclusive). */
  readonly onSight?: (first: number, last: number) => void
  /** What it is remembered by: shown again with all its rows, it is scrolled to where it was. */
  readonly memory?: string | undefined
}

/** Of the lists of this visit, in CSS pixels. */
const scrolledTo = new Map<string, number>()

/** Browsers cut elements at some 17 to 33 million pixels; beyond this the scroll bar is compressed. */
const tallest = 8_000_000

export function VirtualList({ label, count, rowHeight, row, onSight, memory }: Props) {
  const frame = useRef<HTMLDivElement>(null)
  const top = useSignal(0)
  const height = useSignal(600)

  useLayoutEffect(() => {
    const element = frame.current
    if (element === null) return
    if (memory !== undefined) element.scrollTop = scrolledTo.get(memory) ?? 0
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const whole = count * rowHeight
  const isCompressed = whole > tallest
  const drawn = Math.min(whole, tallest)
  const room = Math.max(1, drawn - height.value)
  const offset = (top.value / room) * Math.max(0, whole - height.value)
  const margin = Math.ceil(height.value / rowHeight)
  const first = Math.max(0, Math.floor(offset / rowHeight) - margin)
  const last = Math.min(count, Math.ceil((offset + height.value) / rowHeight) + margin)

  useLayoutEffect(() => onSight?.(first, last), [first, last, count])

  const rows: ComponentChildren[] = []
  for (let index = first; index < last; index++) {
    rows.push(
      <li
        key={index}
        aria-posinset={index + 1}
        aria-setsize={count}
        class="virtual-row"
        style={{
          height: `${rowHeight}px`,
          transform: `translateY(${index * rowHeight - offset + top.value}px)`,
        }}
      >
        {row(index)}
      </li>,
    )
  }
  return (
    <div
      ref={frame}
      class="virtual"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={(event) => {
        const { scrollTop } = event.currentTarget
        if (memory !== undefined) scrolledTo.set(memory, scrollTop)
        // Rows that stand where the browser scrolls them need drawing anew only when others come near, not at every frame.
        const stride = rowHeight * Math.max(1, Math.floor(margin / 2))
        top.value = isCompressed ? scrollTop : Math.floor(scrollTop / stride) * stride
      }}
    >
      <ul aria-label={label} class="virtual-whole" style={{ height: `${drawn}px` }}>
        {rows}
      </ul>
    </div>
  )
}
