/** What is done to photographs before the model sees them is no part of the graph: preparation, a region of interest, tiles. */
import { UsageError } from '../errors.ts'
import type { Task } from '../task.ts'
import type { ModelCard } from '../wire/model.ts'
import type { ModelInput } from './view-pictures.ts'

/** @throws {UsageError} The file is to take photographs, and the model sees what is made of them. */
export function refuseOutside(
  { preparation, input }: Pick<ModelCard, 'preparation' | 'input'>,
  { kind }: ModelInput,
): void {
  if (kind === 'prepared') return
  const outside = [
    ...(preparation === null ? [] : ['what `plumbline prepare` makes of a photograph']),
    ...(input.roi === undefined ? [] : ['painting over what lies outside the region of interest']),
    ...(input.tiles === undefined ? [] : ["cutting into tiles, whose largest score is the picture's"]),
  ]
  if (outside.length === 0) return
  throw new UsageError(
    `${outside.join(' and ')} stays outside the graph: export with --input prepared, and feed pictures that were made so and have the model's input size`,
  )
}

/** What is left to the line where the file takes pictures that were made so. */
export function noteOutside({ input: { tiles, roi } }: Pick<ModelCard, 'input'>, task: Task): void {
  if (tiles !== undefined) {
    task.note(
      `export: the model looks at tiles of ${tiles.width}x${tiles.height}: feed the file one tile, and take the largest score of an image's tiles`,
    )
  }
  if (roi !== undefined) {
    task.note(
      'export: the model has a region of interest: paint black what is black in its roi.png before the file is fed',
    )
  }
}
