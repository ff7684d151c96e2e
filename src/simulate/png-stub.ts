/** PNG without a native library: RGB, 8 bit, rows unfiltered. Stands in for the encoder of image/ until that exists. */
import { promisify } from 'node:util'
import { crc32, deflate } from 'node:zlib'
import type { Image } from '../image/image.ts'

const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10)

/** Compressed off this thread. Source: W3C Portable Network Graphics, third edition (2025). */
export async function encodePng({ width, height, data }: Image): Promise<Uint8Array> {
  const stride = 3 * width
  const rows = Buffer.alloc(height * (stride + 1)) // each row starts with its filter, 0
  for (let y = 0; y < height; y++) rows.set(data.subarray(stride * y, stride * (y + 1)), y * (stride + 1) + 1)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8) // bits per sample, truecolour
  const pixels = await promisify(deflate)(rows)
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const whole = Buffer.alloc(named.length + 8)
  whole.writeUInt32BE(body.length)
  whole.set(named, 4)
  whole.writeUInt32BE(crc32(named), named.length + 4)
  return whole
}
