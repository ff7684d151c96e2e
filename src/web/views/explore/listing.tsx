/** Any number of things, as rows or as thumbnails, of which only those in sight exist. */
import type { ComponentChildren } from 'preact'
import { VirtualList } from '../../parts/virtual-list.tsx'

const perRow = 8

interface Props<Item> {
  readonly label: string
  readonly count: number
  /** Undefined while it is being fetched. */
  readonly at: (index: number) => Item | undefined
  readonly asPictures: boolean
  readonly row: (item: Item) => ComponentChildren
  readonly tile: (item: Item) => ComponentChildren
  /** First and last thing in sight or near it. */
  readonly onSight?: (first: number, last: number) => void
  /** As of the virtual list. */
  readonly memory?: string
}

export function Listing<Item>({ label, count, at, asPictures, row, tile, onSight, memory }: Props<Item>) {
  const columns = asPictures ? perRow : 1
  const drawn = (index: number): ComponentChildren => {
    const item = at(index)
    if (item !== undefined) return asPictures ? tile(item) : row(item)
    return asPictures ? <span key={index} class="tile" /> : <div class="row is-coming" />
  }
  return (
    <VirtualList
      label={label}
      count={Math.ceil(count / columns)}
      rowHeight={asPictures ? 132 : 60}
      memory={memory}
      {...(onSight && {
        onSight: (first: number, last: number) => onSight(first * columns, Math.max(0, last * columns - 1)),
      })}
      row={(index) =>
        asPictures ? (
          <div class="tiles">{Array.from({ length: perRow }, (_, i) => drawn(index * perRow + i))}</div>
        ) : (
          drawn(index)
        )
      }
    />
  )
}
