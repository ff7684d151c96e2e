/** Paint or box where the defect is, over the picture and in its pixels. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { say } from '../../words/language.ts'
import { drawStrokes, type Stroke } from './strokes.ts'

export type Tool = 'look' | 'brush' | 'box' | 'erase'

interface Props {
  readonly width: number
  readonly height: number
  readonly strokes: readonly Stroke[]
  readonly tool: Exclude<Tool, 'look'> | null
  /** Pixels of the photograph. */
  readonly brush: number
  readonly onStroke: (stroke: Stroke) => void
}

const colour = 'rgb(255 61 129 / 0.55)'

export function MaskPainter({ width, height, strokes, tool, brush, onStroke }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const drawing = useSignal<Stroke | null>(null)

  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    const now = drawing.value
    if (context) drawStrokes(context, now === null ? strokes : [...strokes, now], width, height, colour)
  }, [strokes, drawing.value, width, height])

  const place = (event: PointerEvent): [number, number] => {
    const box = canvas.current?.getBoundingClientRect()
    if (box === undefined) return [0, 0]
    const round = (value: number): number => Math.round(value * 10) / 10
    return [
      round(((event.clientX - box.left) / box.width) * width),
      round(((event.clientY - box.top) / box.height) * height),
    ]
  }
  const begin = (event: PointerEvent): void => {
    if (tool === null || event.button !== 0) return
    event.stopPropagation()
    canvas.current?.setPointerCapture(event.pointerId)
    const [x, y] = place(event)
    drawing.value =
      tool === 'box'
        ? { kind: 'box', x, y, width: 0, height: 0, erase: false }
        : { kind: 'brush', width: brush, points: [x, y], erase: tool === 'erase' }
  }
  const go = (event: PointerEvent): void => {
    const now = drawing.value
    if (now === null) return
    event.stopPropagation()
    const [x, y] = place(event)
    drawing.value =
      now.kind === 'box'
        ? { ...now, width: x - now.x, height: y - now.y }
        : { ...now, points: [...now.points, x, y] }
  }
  const end = (event: PointerEvent): void => {
    const now = drawing.value
    if (now === null) return
    event.stopPropagation()
    drawing.value = null
    if (now.kind === 'brush' || (now.width !== 0 && now.height !== 0)) onStroke(now)
  }
  return (
    <canvas
      ref={canvas}
      class="mask"
      width={width}
      height={height}
      data-tool={tool ?? 'look'}
      role="img"
      aria-label={say('review.mask')}
      onPointerDown={begin}
      onPointerMove={go}
      onPointerUp={end}
      onPointerCancel={end}
    />
  )
}
