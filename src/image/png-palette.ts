/** The first colour of a PNG's palette, which annotation tools give to the background. Source: PNG, third edition, 11.2.2 and 11.2.3. */

/** @returns 0xRRGGBB; null where the file is no PNG with a palette. */
export function firstOfPalette(bytes: Uint8Array): number | null {
  const indexed = 3
  if (bytes.length < 33 || bytes[0] !== 0x89 || bytes[1] !== 0x50 || bytes[25] !== indexed) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 33; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    const name = view.getUint32(at + 4)
    if (name === 0x504c5445 && length >= 3) return view.getUint32(at + 8) >>> 8 // PLTE
    at += 12 + length
  }
  return null
}
