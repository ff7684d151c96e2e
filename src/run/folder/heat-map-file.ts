/** Heat maps as files: the picture's part of a score map in the one colour scale, without the padding. */
import { join } from 'node:path'
import { writeFileAtomic } from '../../files/atomic.ts'
import { colourise } from '../../image/colour-map.ts'
import { cutContentMap } from '../../image/content.ts'
import { encodeWebp } from '../../image/encode-image.ts'
import type { Frame, ScoreMap } from '../../image/image.ts'

export interface ScoreRange {
  readonly low: number
  readonly high: number
}

const quality = 85

/** Where the map of a sample goes: its id below `folder`, kept inside it, with `.webp` added. */
export function heatMapPath(folder: string, id: string): string {
  const names = id
    .split('/')
    .map((name) => (name === '..' || name === '.' ? '_' : name.replaceAll('\\', '_')))
  return join(folder, `${names.join('/')}.webp`)
}

/** @throws {InputError} The file cannot be written. */
export async function writeHeatMap(
  path: string,
  map: ScoreMap,
  frame: Frame,
  range: ScoreRange,
): Promise<void> {
  await writeFileAtomic(path, await encodeWebp(colourise(cutContentMap(map, frame), range), quality))
}
