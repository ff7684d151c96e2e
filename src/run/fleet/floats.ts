/** Float32 values in JSON: bytes, little-endian, in base64, so that they come back bit for bit, NaN too. */
import { z } from 'zod'

export const floatsText = z.base64()

export const floatsFrom = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

export function floatsOf(text: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'))
  return new Float32Array(bytes.buffer, 0, bytes.length >> 2)
}
