/** Names of files that come from a store. */
import { InputError } from '../../errors.ts'

/** @param name - Below a folder, `/` between names. @param place - Of the store. @throws {InputError} It leads out of the folder. */
export function checkInside(name: string, place: string): string {
  if (!name.split(/[\\/]/).some((part) => part === '..' || part === '' || part.includes('\0'))) return name
  throw new InputError(place, `names a file outside its folder: ${JSON.stringify(name)}`)
}
