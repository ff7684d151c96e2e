/** What a person marks as defective: strokes of a brush and boxes, in pixels of the photograph. Small, so that a draft can be kept. */

export type Stroke =
  | {
      readonly kind: 'brush'
      /** Pixels of the photograph. */
      readonly width: number
      /** x0, y0, x1, y1, ... */
      readonly points: readonly number[]
      readonly erase: boolean
    }
  | {
      readonly kind: 'box'
      readonly x: number
      readonly y: number
      readonly width: number
      readonly height: number
      readonly erase: boolean
    }

type Context = Pick<
  CanvasRenderingContext2D,
  'clearRect' | 'fillRect' | 'beginPath' | 'moveTo' | 'lineTo' | 'stroke'
> & {
  globalCompositeOperation: GlobalCompositeOperation
  fillStyle: unknown
  strokeStyle: unknown
  lineWidth: number
  lineCap: CanvasLineCap
  lineJoin: CanvasLineJoin
}

/** Draws in the order in which they were made; what was erased is transparent. */
export function drawStrokes(
  context: Context,
  strokes: readonly Stroke[],
  width: number,
  height: number,
  colour: string,
): void {
  context.globalCompositeOperation = 'source-over'
  context.clearRect(0, 0, width, height)
  context.fillStyle = colour
  context.strokeStyle = colour
  context.lineCap = 'round'
  context.lineJoin = 'round'
  for (const stroke of strokes) {
    context.globalCompositeOperation = stroke.erase ? 'destination-out' : 'source-over'
    if (stroke.kind === 'box') {
      context.fillRect(stroke.x, stroke.y, stroke.width, stroke.height)
      continue
    }
    context.lineWidth = stroke.width
    context.beginPath()
    const [x = 0, y = 0] = stroke.points
    context.moveTo(x, y)
    // a tap is a dot: a line of no length with round ends
    if (stroke.points.length === 2) context.lineTo(x, y)
    for (let i = 2; i < stroke.points.length; i += 2) context.lineTo(stroke.points[i]!, stroke.points[i + 1]!)
    context.stroke()
  }
  context.globalCompositeOperation = 'source-over'
}

/** A two-valued mask as PNG, white where it is defective: edges that the canvas softened are cut at half. */
export async function maskPng(strokes: readonly Stroke[], width: number, height: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('this browser gives out no canvas')
  drawStrokes(context, strokes, width, height, '#fff')
  const pixels = context.getImageData(0, 0, width, height)
  for (let i = 0; i < pixels.data.length; i += 4) {
    const value = pixels.data[i + 3]! >= 128 ? 255 : 0
    pixels.data.set([value, value, value, 255], i)
  }
  context.putImageData(pixels, 0, 0)
  return canvas.convertToBlob({ type: 'image/png' })
}
