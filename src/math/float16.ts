/**
 * IEEE 754 binary16 for whole arrays: how features are stored and to what precision they are rounded.
 *
 * Encoding rounds to nearest, ties to even, subnormals included, and saturates: a finite value beyond ±65504 becomes
 * ±65504 and not infinity, since one infinite feature would make every distance to it infinite. Infinities and NaN
 * stay what they are, so that a broken network remains visible.
 */

const infinity = 0x7c00
const quietNaN = 0x7e00
const largest = 0x7bff // 65504

/**
 * @param source - Any float32 values, shape [n].
 * @param target - Receives the codes; at least n long. Made when left out.
 * @returns `target`, binary16 codes, shape [n].
 */
export function encodeFloat16(
  source: Float32Array,
  target: Uint16Array = new Uint16Array(source.length),
): Uint16Array {
  const bits = new Uint32Array(source.buffer, source.byteOffset, source.length)
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]!
    const sign = (word >>> 16) & 0x8000
    const magnitude = word & 0x7fffffff
    let code: number
    if (magnitude >= 0x38800000) {
      // At least 2^-14, the smallest normal number: rebias the exponent, then round 13 bits of fraction away.
      if (magnitude >= 0x7f800000) code = magnitude > 0x7f800000 ? quietNaN : infinity
      else {
        code = (magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13
        if (code > largest) code = largest
      }
    } else if (magnitude >= 0x33000000) {
      // At least 2^-25: a multiple of 2^-24, or rounded to one.
      const shift = 126 - (magnitude >>> 23)
      const fraction = (magnitude & 0x7fffff) | 0x800000
      code = (fraction + (1 << (shift - 1)) - 1 + ((fraction >>> shift) & 1)) >>> shift
    } else code = 0
    target[i] = sign | code
  }
  return target
}

/**
 * Exact: every binary16 number is a float32 number. Costs one lookup a value.
 *
 * @param source - Binary16 codes, shape [n].
 * @param target - Receives the values; at least n long. Made when left out.
 */
export function decodeFloat16(
  source: Uint16Array,
  target: Float32Array = new Float32Array(source.length),
): Float32Array {
  table ??= makeTable()
  for (let i = 0; i < source.length; i++) target[i] = table[source[i]!]!
  return target
}

let table: Float32Array | undefined

function makeTable(): Float32Array {
  const values = new Float32Array(65536)
  for (let code = 0; code < 65536; code++) {
    const sign = code & 0x8000 ? -1 : 1
    const exponent = (code >>> 10) & 0x1f
    const fraction = code & 0x3ff
    if (exponent === 0) values[code] = sign * fraction * 2 ** -24
    else if (exponent < 31) values[code] = sign * (1024 + fraction) * 2 ** (exponent - 25)
    else values[code] = fraction === 0 ? sign * Infinity : NaN
  }
  return values
}
