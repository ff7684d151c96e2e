/** A file of a detector's own among those of its model. */
import { ModelError } from '../errors.ts'

/** @throws {ModelError} It is not there. */
export function ownFile(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const bytes = files.get(name)
  if (bytes === undefined) throw new ModelError(name, 'is missing from the model')
  return bytes
}
