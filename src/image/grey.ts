/** Grey as colour. */

/** Each value three times: RGB, [pixels, 3]. */
export function repeatGrey(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(3 * grey.length)
  for (let i = 0, to = 0; i < grey.length; i++) {
    const value = grey[i]!
    rgb[to++] = value
    rgb[to++] = value
    rgb[to++] = value
  }
  return rgb
}
