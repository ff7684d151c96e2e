/** What a model sees of the picture that is fed, inside the graph: the model's input, and for some detectors other sizes of it too. */
import { ceiling, type Extent, type Wide } from '../detector/score-graph/content-cells.ts'
import { pictureAxes } from '../detector/score-graph/picture-axes.ts'
import { ownView, sizeOfView, type View } from '../detector/score-graph/views.ts'
import {
  add,
  cast,
  clip,
  concat,
  div,
  dynamicExtent,
  type GraphBuilder,
  isDynamic,
  maximum,
  shapeOf,
  slice,
  sub,
  type Value,
} from '../graph/index.ts'
import type { Fit, Size } from '../image/image.ts'
import { type CameraSize, resizePicture } from './camera-resize.ts'

/** What the model is fed: pictures of any size, of one size, or such as have the model's input size already. */
export type ModelInput =
  | { readonly kind: 'camera' }
  | { readonly kind: 'fixed'; readonly size: Size }
  | { readonly kind: 'prepared' }

export interface FedPicture {
  readonly input: ModelInput
  /** Pictures to a run; null where the run says. */
  readonly batch: number | null
  /** Of the pictures that are fed: grey ones have one. */
  readonly channels: 1 | 3
}

export interface SeenPicture {
  /** [images, rows, cols, 3], 0..255. */
  readonly pixels: Value<'uint8'> | Value
  /** float64 [4]: left, top, width and height of the picture in it. */
  readonly content: Wide
}

export interface PictureViews {
  /** The model's input; nothing is computed that nobody asks for. */
  readonly own: SeenPicture
  readonly of: readonly SeenPicture[]
}

/** @param size - Of the model's input. */
export function viewPictures(
  graph: GraphBuilder,
  size: Size,
  fit: Fit,
  fed: FedPicture,
  views: readonly View[],
): PictureViews {
  const { input, channels } = fed
  const images = fed.batch ?? dynamicExtent('N')
  const [height, width] =
    input.kind === 'camera'
      ? [dynamicExtent('H'), dynamicExtent('W')]
      : input.kind === 'fixed'
        ? [input.size.height, input.size.width]
        : [size.height, size.width]
  const image = graph.input('image', 'uint8', [images, height, width, channels])
  const camera = sizeOf(image, height, width)
  const known = new Map<string, SeenPicture>()

  const resized = (to: Size): SeenPicture => {
    if (input.kind === 'prepared' && to.width === size.width && to.height === size.height) {
      const pixels = channels === 3 ? image : concat([image, image, image], 3)
      return { pixels, content: graph.constant(Float64Array.of(0, 0, to.width, to.height), [4]) }
    }
    // A prepared picture fills the input, whatever the model does with others.
    const how = input.kind === 'prepared' ? 'stretch' : fit
    const { pixels, frame } = resizePicture(image, camera, channels, to, how)
    return { pixels, content: frame.content }
  }
  const smooth = (to: Size): SeenPicture => {
    const key = `${to.width}x${to.height}`
    const seen = known.get(key) ?? resized(to)
    known.set(key, seen)
    return seen
  }
  const seenIn = (view: View): SeenPicture => {
    const { magnify, shrink, scaling } = view
    if (scaling === 'smooth' || shrink === 1) return smooth(sizeOfView(size, view))
    const whole = sizeOfView(size, { magnify, shrink: 1, scaling })
    return subsampled(smooth(whole), shrink, sizeOfView(size, view))
  }
  return {
    get own() {
      return seenIn(ownView)
    },
    of: views.map(seenIn),
  }
}

/** As `image/subsample.ts` has it. */
function subsampled({ pixels, content }: SeenPicture, step: number, size: Size): SeenPicture {
  const axis = ({ start, length, total }: Extent) => {
    const first = clip(ceiling(div(start, step)), { max: total - 1 })
    return { first, length: maximum(sub(ceiling(div(add(start, length), step)), first), 1) }
  }
  const axes = pictureAxes(content, size)
  const [cols, rows] = [axis(axes.cols), axis(axes.rows)]
  const every = (pixels_: Value): Value => slice(pixels_, { axis: 1, step }, { axis: 2, step })
  return {
    pixels: every(pixels as Value),
    content: concat([cols.first, rows.first, cols.length, rows.length], 0),
  }
}

function sizeOf(image: Value<'uint8'>, height: number, width: number): CameraSize {
  const known = (extent: number) => image.graph.constant(Float64Array.of(extent), [1])
  const read = (axis: number) => cast(shapeOf(image, axis, axis + 1), 'float64')
  return {
    height,
    width,
    heightValue: isDynamic(height) ? read(1) : known(height),
    widthValue: isDynamic(width) ? read(2) : known(width),
  }
}
