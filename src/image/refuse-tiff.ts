/** TIFF files that a decoder would read as something that they are not, or not at all, and what to do about each. */
import type { TiffHead } from './tiff-head.ts'

const colourFilterArray = 32803
const linearRaw = 34892
const signed = 2
const floatingPoint = 3
const undefinedFormat = 4

/** @throws {Error} With the reason. */
export function refuseTiff({ photometric, isRaw, bits, sampleFormat, pages }: TiffHead, page: number): void {
  if (photometric === colourFilterArray || photometric === linearRaw || isRaw) {
    throw new Error(
      'it holds raw data of a sensor (a Bayer mosaic, DNG): develop it to colour or grey first, for all images alike',
    )
  }
  if (bits > 1 && bits < 8 && bits !== 2 && bits !== 4) throw new Error(packed(bits))
  if (bits > 8 && bits % 8 !== 0) throw new Error(packed(bits))
  if (sampleFormat === floatingPoint && bits !== 32) {
    throw new Error(
      `it holds floating-point samples of ${bits} bits: save them as 32 bits, or as whole numbers of 16`,
    )
  }
  if (sampleFormat === signed) {
    throw new Error(
      `it holds signed samples of ${bits} bits: save them unsigned, or as 32-bit floating point`,
    )
  }
  if (sampleFormat > floatingPoint && sampleFormat !== undefinedFormat)
    throw new Error('it holds complex samples or none that are defined')
  if (page > pages) {
    throw new Error(
      `page ${page} was asked for, it has ${pages === 1 ? 'only one' : `only ${pages}`}: see --page`,
    )
  }
}

const packed = (bits: number): string =>
  `it holds packed samples of ${bits} bits: save them in containers of 16 bits, unscaled or not`
