/** Interim, until image/ has its encoder. */
import { crc32, deflateSync } from 'node:zlib'
import type { Image } from '../image/image.ts'
export async function encodePng({ width, height, data }: Image): Promise<Uint8Array> {
  const raw = Buffer.alloc(height * (3 * width + 1))
  for (let y = 0; y < height; y++)
    raw.set(data.subarray(3 * width * y, 3 * width * (y + 1)), y * (3 * width + 1) + 1)
  const chunk = (type: string, body: Buffer) => {
    const b = Buffer.concat([Buffer.from(type), body])
    const o = Buffer.alloc(b.length + 8)
    o.writeUInt32BE(body.length)
    b.copy(o, 4)
    o.writeUInt32BE((crc32 as (b: Buffer) => number)(b) >>> 0, b.length + 4)
    return o
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width)
  head.writeUInt32BE(height, 4)
  head[8] = 8
  head[9] = 2
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
