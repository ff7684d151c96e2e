/**
 * Extents that are known at run time only, e.g. how many images there are. Each is a negative number that stands for a name, so
 * that shapes stay lists of numbers: two extents of one name are equal wherever they appear.
 *
 * Arithmetic with them has no meaning; operations that need a number refuse them by name.
 */

/** -1 has a meaning of its own in `reshape`. */
const first = -2
const names: string[] = []

/** The number that stands for the name; the same at each call. @param name - Written into the model, e.g. `N`. */
export function dynamicExtent(name: string): number {
  const known = names.indexOf(name)
  return first - (known >= 0 ? known : names.push(name) - 1)
}

/** Whether it stands for a name. */
export const isDynamic = (extent: number): boolean => extent <= first

/** @throws {RangeError} The extent is a number, or no name was given for it. */
export function extentName(extent: number): string {
  const name = names[first - extent]
  if (name === undefined) throw new RangeError(`extent: expected one that stands for a name, got ${extent}`)
  return name
}

/** As people read it: the number, or the name. */
export const showExtent = (extent: number): string => (isDynamic(extent) ? extentName(extent) : `${extent}`)
