/** The way from one thing back to the list that it was opened from, as that list was: carried in the address of the thing. */
import { address } from './route.ts'

/** For the query of the address of a thing. @param list - Query of the list's own. */
export function fromList(list: URLSearchParams): Readonly<Record<string, string>> {
  const text = list.toString()
  return text === '' ? {} : { from: text }
}

/** @param query - Of the thing's address. @param otherwise - Query of the list where the thing was come to by another way. */
export function listAddress(
  query: URLSearchParams,
  otherwise: Readonly<Record<string, string>> = {},
): string {
  const from = query.get('from')
  return address(['explore'], from === null ? otherwise : Object.fromEntries(new URLSearchParams(from)))
}

/** Whether a list is shown as thumbnails. */
export const isAsPictures = (list: URLSearchParams): boolean => list.get('as') === 'pictures'

/** The same for the query of its address. */
export const asPicturesAddress = (isIt: boolean): Readonly<Record<string, string>> =>
  isIt ? { as: 'pictures' } : {}
