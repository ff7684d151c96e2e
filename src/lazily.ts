/** A function that loads what it needs when it is first called: importing the library costs next to nothing. */

type Asynchronous = (...args: never[]) => Promise<unknown>

/** @param load - Imports the module and picks the function. */
export function lazily<F extends Asynchronous>(load: () => Promise<F>): F {
  return (async (...args: never[]) => (await load())(...args)) as F
}
