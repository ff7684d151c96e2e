/** `aspect.distortion`: would bringing the images to the model's size stretch, crop or shrink the object? */
import { fitFrame } from '../../image/frame.ts'
import { quantile } from '../../math/order-statistics.ts'
import type { Finding } from '../../wire/evaluation.ts'
import type { Guardrail } from '../contract.ts'
import { answer, percent, skipped } from './answer.ts'
import type { CheckContext } from './check-context.ts'

const id = 'aspect.distortion'

/**
 * Ratio between the strongest and the weakest stretch of the middle 90 % of the images from which the same defect looks
 * different from image to image: 1.2 changes a width by a fifth, as much as the largest scale that training in
 * computer vision commonly treats as harmless jitter (torchvision's reference, `RandomResizedCrop`, ratio 3/4 to 4/3, is wider).
 */
const mostSpread = 1.2
/** Stretch common to all images that is worth a word: a round hole becomes an ellipse of 3 : 2. */
const mostStretch = 1.5
/** Share of an image that `crop` may cut off, or of the input that `pad` may leave empty, unsaid. */
const mostCut = 0.2
const mostPadding = 0.5

export const aspectDistortion: Guardrail<CheckContext> = {
  id,
  question: 'Does the size of the model input stretch, cut or shrink the object?',
  async run({ scan: { pictures }, input: { size, fit } }) {
    if (pictures.length === 0) return skipped('no image can be decoded')
    const frames = pictures.map(({ width, height }) => fitFrame({ width, height }, size, fit))
    const input = `${size.width} x ${size.height}`
    if (fit === 'stretch') {
      const stretches = pictures.map(({ width, height }) =>
        Math.log(size.width / width / (size.height / height)),
      )
      const [low, middle, high] = [0.05, 0.5, 0.95].map((p) => Math.exp(quantile(stretches, p))) as [
        number,
        number,
        number,
      ]
      const spread = high / low
      const evidence = { fit, input, narrowest: low, median: middle, widest: high, spread }
      const remedy = `Use --fit pad, which never distorts, or --size with the shape of the images (here about ${shapeFor(pictures, size.height)}).`
      const common = Math.max(middle, 1 / middle)
      return answer([
        spread > mostSpread
          ? finding(
              'error',
              `Images of different shapes are stretched to ${input}, the widest ${spread.toFixed(1)} times as much as the narrowest: the same defect looks different from image to image.`,
              evidence,
              remedy,
            )
          : common > mostStretch
            ? finding(
                'warning',
                `Stretching to ${input} widens every image by a factor of ${middle.toFixed(2)} against its height.`,
                evidence,
                remedy,
              )
            : null,
      ])
    }
    if (fit === 'crop') {
      const cut = frames.map(
        ({ source, visible }) => 1 - (visible.width * visible.height) / (source.width * source.height),
      )
      const share = quantile(cut, 0.5)
      const hurt = pictures.filter(({ defect }) => defect !== null && defect.cut > 0.5)
      return answer([
        hurt.length > 0
          ? finding(
              'error',
              `Cropping to ${input} cuts off most of the defect in ${hurt.length} of ${pictures.filter(({ defect }) => defect !== null).length} images with a mask.`,
              { fit, input, images: hurt.length },
              'Use --fit pad, or prepare the images so that the object lies in the middle.',
            )
          : null,
        share > mostCut
          ? finding(
              'warning',
              `Cropping to ${input} cuts off ${percent(share)} of the median image.`,
              { fit, input, medianCut: share },
              'Use --fit pad, or a --size with the shape of the images, unless only background is lost.',
            )
          : null,
      ])
    }
    const empty = frames.map(
      ({ content }) => 1 - (content.width * content.height) / (size.width * size.height),
    )
    const share = quantile(empty, 0.5)
    return answer([
      share > mostPadding
        ? finding(
            'info',
            `${percent(share)} of the model input ${input} is padding for the median image: the object is smaller in it than it could be.`,
            { fit, input, medianPadding: share },
            `Nothing is distorted. A --size with the shape of the images (here about ${shapeFor(pictures, size.height)}) shows the object larger at the same cost.`,
          )
        : null,
    ])
  },
}

function finding(
  severity: Finding['severity'],
  title: string,
  evidence: Finding['evidence'],
  remedy: string,
): Finding {
  return { id, severity, title, evidence, remedy }
}

/** `WxH` of as many pixels as a square of the height, with the median shape of the images, in steps of 32. */
function shapeFor(
  pictures: readonly { readonly width: number; readonly height: number }[],
  side: number,
): string {
  const aspect = quantile(
    pictures.map(({ width, height }) => width / height),
    0.5,
  )
  const round = (length: number): number => Math.max(32, 32 * Math.round(length / 32))
  return `${round(side * Math.sqrt(aspect))}x${round(side / Math.sqrt(aspect))}`
}
