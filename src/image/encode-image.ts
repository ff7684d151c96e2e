/** From pixels to the bytes of a file. */
import type { Sharp } from 'sharp'
import { ShapeError } from '../errors.ts'
import type { GreyImage, Image } from './image.ts'
import { sharp } from './native-sharp.ts'

/** Lossless; grey stays grey. */
export function encodePng(image: Image | GreyImage): Promise<Uint8Array> {
  return bytesOf(open(image).png())
}

/** @param quality - 1..100. */
export function encodeJpeg(image: Image | GreyImage, quality = 90): Promise<Uint8Array> {
  return bytesOf(open(image).jpeg({ quality }))
}

/** Of 0..6: heat maps take half the time of the library's own choice, 4, and 5 % more bytes. */
const webpEffort = 2

/** @param quality - 1..100. */
export function encodeWebp(image: Image | GreyImage, quality = 80): Promise<Uint8Array> {
  return bytesOf(open(image).webp({ quality, effort: webpEffort }))
}

function open({ width, height, data }: Image | GreyImage): Sharp {
  const channels = data.length / (width * height)
  if (channels !== 1 && channels !== 3) {
    throw new ShapeError('image', `[${height}, ${width}, 3] or [${height}, ${width}]`, [data.length])
  }
  const pipeline = sharp(data, { raw: { width, height, channels } })
  return channels === 1 ? pipeline.toColourspace('b-w') : pipeline
}

async function bytesOf(pipeline: Sharp): Promise<Uint8Array> {
  const buffer = await pipeline.toBuffer()
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
}
