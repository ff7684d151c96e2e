/**
 * A stroke font for embossed marks: digits and the letters that stand on forgings.
 *
 * A glyph is a list of strokes on a grid 4 wide and 6 high, y up; a stroke is its points as pairs of digits `xy`.
 */
const strokes: Readonly<Record<string, string>> = {
  '0': '011030414536160501',
  '1': '152620 1030',
  '2': '05163645440040',
  '3': '064624344341301001',
  '4': '30360242',
  '5': '460603334241301001',
  '6': '4536160501103041423303',
  '7': '064610',
  '8': '13334241301001021304051636454433 0413',
  '9': '43130405163645413010',
  A: '002640 1232',
  C: '4536160501103041',
  F: '460600 0333',
  G: '45361605011030414323',
  H: '0006 4640 0343',
  K: '0006 4602 1340',
  L: '060040',
  M: '0006234640',
  N: '00064046',
  P: '00063645443303',
  S: '453616050413334241301001',
  T: '0646 2620',
  X: '0046 0640',
  '-': '1333',
}

/** What may be embossed. */
export const glyphs: readonly string[] = Object.keys(strokes)

/** Segments of a glyph, [x0, y0, x1, y1] each, in grid units. */
export function glyphSegments(glyph: string): Float64Array {
  const segments: number[] = []
  for (const stroke of strokes[glyph]!.split(' ')) {
    for (let i = 0; i + 3 < stroke.length; i += 2) {
      segments.push(+stroke[i]!, +stroke[i + 1]!, +stroke[i + 2]!, +stroke[i + 3]!)
    }
  }
  return Float64Array.from(segments)
}
