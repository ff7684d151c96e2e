/** Where the person is: `#/review?lot=7`. Kept behind the hash, so that the page can lie under any path of a proxy. */
import { signal } from '@preact/signals'

export interface Route {
  /** Parts of the path: `['inspections', '0192...']`; empty for the first view. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
}

function read(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?')
  return { path: decoded(path.split('/').filter(Boolean)), query: new URLSearchParams(query) }
}

/** Up to the first part that nobody can have written by a link of this page. */
function decoded(parts: readonly string[]): string[] {
  const all: string[] = []
  for (const part of parts) {
    try {
      all.push(decodeURIComponent(part))
    } catch (error) {
      if (error instanceof URIError) return all
      throw error
    }
  }
  return all
}

export const route = signal(read())

addEventListener('hashchange', () => {
  route.value = read()
})

/** Address of a view, for links. */
export function address(path: readonly string[], query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString()
  return `#/${path.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`
}

export function go(path: readonly string[], query: Readonly<Record<string, string>> = {}): void {
  location.hash = address(path, query)
}

/** Changes the query and leaves no entry in the history: for filters. */
export function refine(query: Readonly<Record<string, string>>): void {
  history.replaceState(null, '', address(route.value.path, query))
  route.value = read()
}
