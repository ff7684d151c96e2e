/** One vector for a whole image. */
import { cellsInContent } from '../image/cell-range.ts'
import type { ImageFeatures } from './backbone.ts'

/** Mean of every channel over the cells that show the picture, stage after stage. */
export function meanEmbedding({ maps, frame }: ImageFeatures): Float32Array {
  const means = new Float32Array(maps.reduce((sum, { channels }) => sum + channels, 0))
  let at = 0
  for (const { data, channels, rows, cols } of maps) {
    const range = cellsInContent(frame, rows, cols)
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0
      for (let row = range.row; row < range.row + range.rows; row++) {
        const line = (channel * rows + row) * cols
        for (let col = range.col; col < range.col + range.cols; col++) sum += data[line + col]!
      }
      means[at++] = sum / (range.rows * range.cols)
    }
  }
  return means
}
