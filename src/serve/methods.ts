/** Which methods each address takes, so that the wrong one is told from an address that there is none of. */
import type { App } from './schemas.ts'

/** @returns The methods that a path takes, in alphabetical order; empty where there is no such address. To be asked for before the routes are added. */
export function rememberMethods(app: App): (path: string) => readonly string[] {
  const byPattern = new Map<string, { readonly matches: RegExp; readonly methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = byPattern.get(url) ?? { matches: patternOf(url), methods: new Set() }
    byPattern.set(url, known)
    for (const each of [method].flat()) known.methods.add(each)
  })
  return (path) => {
    const found = [...byPattern.values()].filter(({ matches }) => matches.test(path))
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort()
  }
}

/** `/v1/runs/:id/maps/*`: a name between slashes, and anything. */
function patternOf(url: string): RegExp {
  const parts = url.split(/(:\w+|\*)/).map((part, i) => {
    if (i % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    return part === '*' ? '.*' : '[^/]+'
  })
  return new RegExp(`^${parts.join('')}$`)
}
