/**
 * A picture with its layers (map, mask, regions) in step: wheel or keys zoom about the pointer, dragging moves, double click fits.
 * The view is a value that several viewers may share, so that pictures of one part move together.
 */
import { type Signal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import type { InspectedImage } from '../../wire/station/inspection.ts'
import { say, score } from '../words/language.ts'

export interface Look {
  /** 1 fits the frame; more is closer. */
  readonly zoom: number
  /** Middle of the view, as shares of the picture. */
  readonly x: number
  readonly y: number
}

export const wholePicture: Look = { zoom: 1, x: 0.5, y: 0.5 }
const closest = 40

/** Each 0..1. */
export interface Shares {
  readonly width: number
  readonly height: number
}

interface Props {
  readonly src: string
  readonly alt: string
  readonly width: number
  readonly height: number
  /** Transparent picture over the photograph; absent for none. */
  readonly map?: string | undefined
  /** What the map covers, as shares of the picture about its middle; default all. */
  readonly mapShare?: Shares | undefined
  /** 0..1. */
  readonly mapOpacity?: number
  readonly regions?: InspectedImage['regions']
  readonly look?: Signal<Look>
  /** Drawn over everything, in pixels of the photograph: a mask being painted. */
  readonly children?: ComponentChildren
}

export function PictureViewer({
  src,
  alt,
  width,
  height,
  map,
  mapShare = { width: 1, height: 1 },
  mapOpacity = 0.6,
  regions,
  look: shared,
  children,
}: Props) {
  const own = useSignal(wholePicture)
  const look = shared ?? own
  const frame = useRef<HTMLElement>(null)
  const held = useRef<{ readonly x: number; readonly y: number; readonly from: Look } | null>(null)
  const gone = useSignal(false)

  const { zoom, x, y } = look.value
  const move = (next: Look): void => {
    const edge = Math.min(0.5, 0.5 / next.zoom)
    const inside = (value: number): number => Math.min(1 - edge, Math.max(edge, value))
    look.value = next.zoom <= 1 ? wholePicture : { zoom: next.zoom, x: inside(next.x), y: inside(next.y) }
  }
  const zoomBy = (factor: number, atX = 0.5, atY = 0.5): void => {
    const next = Math.min(closest, Math.max(1, zoom * factor))
    // the point under the pointer stays under it
    move({
      zoom: next,
      x: x + (atX - 0.5) * (1 / zoom - 1 / next),
      y: y + (atY - 0.5) * (1 / zoom - 1 / next),
    })
  }
  const place = (event: MouseEvent): [number, number] => {
    const box = frame.current?.getBoundingClientRect()
    if (box === undefined) return [0.5, 0.5]
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]
  }
  const keys: Readonly<Record<string, () => void>> = {
    '+': () => zoomBy(1.5),
    '-': () => zoomBy(1 / 1.5),
    '0': () => move(wholePicture),
    ArrowLeft: () => move({ zoom, x: x - 0.15 / zoom, y }),
    ArrowRight: () => move({ zoom, x: x + 0.15 / zoom, y }),
    ArrowUp: () => move({ zoom, x, y: y - 0.15 / zoom }),
    ArrowDown: () => move({ zoom, x, y: y + 0.15 / zoom }),
  }
  if (gone.value) return <p class="empty">{say('picture.gone')}</p>
  return (
    <section
      ref={frame}
      class="viewer"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: moved and zoomed by keys
      tabIndex={0}
      aria-label={`${alt}. ${say('picture.keys')}`}
      style={{
        aspectRatio: `${width} / ${height}`,
        width: `min(100%, calc(var(--tallest) * ${width / height}))`,
      }}
      onWheel={(event) => {
        event.preventDefault()
        zoomBy(event.deltaY < 0 ? 1.25 : 0.8, ...place(event))
      }}
      onDblClick={() => move(wholePicture)}
      onKeyDown={(event) => {
        const act = keys[event.key]
        if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return
        event.preventDefault()
        event.stopPropagation()
        act()
      }}
      onPointerDown={(event) => {
        if (zoom <= 1 || event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        held.current = { x: event.clientX, y: event.clientY, from: look.value }
      }}
      onPointerMove={(event) => {
        const box = frame.current?.getBoundingClientRect()
        if (held.current === null || box === undefined) return
        const { from } = held.current
        move({
          zoom: from.zoom,
          x: from.x - (event.clientX - held.current.x) / box.width / from.zoom,
          y: from.y - (event.clientY - held.current.y) / box.height / from.zoom,
        })
      }}
      onPointerUp={() => {
        held.current = null
      }}
    >
      <div
        class="layers"
        style={{
          width: `${zoom * 100}%`,
          height: `${zoom * 100}%`,
          left: `${(0.5 - x * zoom) * 100}%`,
          top: `${(0.5 - y * zoom) * 100}%`,
          imageRendering: zoom > 6 ? 'pixelated' : 'auto',
        }}
      >
        <img
          src={src}
          alt={alt}
          draggable={false}
          onError={() => {
            gone.value = true
          }}
        />
        {map !== undefined && (
          <img
            class="map"
            src={map}
            alt=""
            draggable={false}
            style={{
              opacity: mapOpacity,
              left: `${50 * (1 - mapShare.width)}%`,
              top: `${50 * (1 - mapShare.height)}%`,
              width: `${100 * mapShare.width}%`,
              height: `${100 * mapShare.height}%`,
            }}
          />
        )}
        <svg
          class="regions"
          viewBox={`0 0 ${width} ${height}`}
          aria-hidden={regions?.length ? 'false' : 'true'}
        >
          <title>{say('picture.regions', { n: regions?.length ?? 0 })}</title>
          {regions?.map(({ box: [left, top, wide, tall], peak }) => (
            <rect key={`${left},${top}`} x={left} y={top} width={wide} height={tall}>
              <title>{score(peak)}</title>
            </rect>
          ))}
        </svg>
        {children}
      </div>
    </section>
  )
}
