/** What of a picture a model looks at, by its card and the files in its folder. */
import { join } from 'node:path'
import type { ModelFiles } from '../detector/model-folder.ts'
import { planTiles, type TilePlan, type View } from '../detector/view/view.ts'
import { ModelError } from '../errors.ts'
import {
  interestName,
  interestOf,
  type RegionOfInterest,
  readRegionOfInterest,
} from '../image/region-of-interest.ts'
import type { ModelCard } from '../wire/model.ts'

/** @returns Null for whole pictures. @throws {ModelError} The file of its region is missing, or of another region. */
export async function viewOf(folder: string, card: ModelCard, extras: ModelFiles): Promise<View | null> {
  const interest = await interestIn(folder, card, extras)
  const tiles = tilesIn(card)
  return interest === null && tiles === null ? null : { interest, tiles }
}

async function interestIn(
  folder: string,
  { input: { roi } }: ModelCard,
  extras: ModelFiles,
): Promise<RegionOfInterest | null> {
  if (roi === undefined) return null
  const path = join(folder, interestName)
  const bytes = extras.get(interestName)
  if (bytes === undefined)
    throw new ModelError(path, 'is missing: the card says that the model has a region of interest')
  const interest = interestOf(await readRegionOfInterest(bytes, path))
  if (interest.sha256 !== roi.sha256)
    throw new ModelError(path, 'is another region of interest than the one in model.json')
  return interest
}

/** A model that learnt from the tiles of a prepared dataset cuts what it prepares in the same way. */
function tilesIn({ input, preparation }: ModelCard): TilePlan | null {
  if (input.tiles !== undefined) {
    const { map, ...tile } = input.tiles
    return { tile, map }
  }
  if (preparation === null || preparation.tile === null) return null
  const { tile, canvas, photographs } = preparation
  const pictures = canvas === null ? photographs : [canvas]
  const side = (name: 'width' | 'height'): number =>
    Math.min(tile[name], ...pictures.map((picture) => picture[name]))
  const cut = { width: side('width'), height: side('height') }
  const named = pictures.map((picture) => ({ ...picture, path: '' }))
  return { ...planTiles(cut, named, input, input.fit), keepsWhole: true }
}
