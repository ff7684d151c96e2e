/** How the place of a queue is written. */

/** What is wrong with a URL, or undefined. */
export function problemOfUrl(url: string): string | undefined {
  if (/^(redis|valkey)s?:\/\/./.test(url) || isPostgresUrl(url)) return undefined
  return `expected redis://HOST:PORT, rediss://, valkey:// or postgres://USER@HOST/DATABASE, got ${JSON.stringify(withoutPassword(url))}`
}

/** Addresses of PostgreSQL may be without a host, where a socket is named behind the `?`. */
export const isPostgresUrl = (url: string): boolean => /^postgres(ql)?:\/\/./.test(url)

/** For messages and files. */
export const withoutPassword = (url: string): string =>
  url.replace(
    /([a-z]+:\/\/)([^@/\s:]*):[^@/\s]*@/gi,
    (_, start: string, user: string) => `${start}${user === '' ? '' : `${user}@`}`,
  )
