/**
 * Who may do what: tokens of a file, one to a line as `ROLE TOKEN [NAME]`. Only their hashes are kept in memory, and every one of them
 * is compared in the same time, whether or not it fits.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { UsageError } from '../../errors.ts'
import { readText } from '../../files/read-json.ts'
import { type Role, roles } from '../../wire/serve/roles.ts'

export interface Person {
  /** As it stands in the token file; goes into the audit log. */
  readonly name: string
  readonly role: Role
  /** Tells one token from another without saying it. */
  readonly tokenId: string
}

export interface Tokens {
  /** Constant time in the number of tokens and in their text. */
  find(token: string): Person | undefined
  byId(tokenId: string): Person | undefined
  readonly count: number
}

export const mayDo = (person: Person, role: Role): boolean =>
  roles.indexOf(person.role) >= roles.indexOf(role)

/** Shorter ones can be guessed. */
const shortest = 16

/**
 * @param warn - Told where others on the machine can read the file.
 * @throws {InputError} The file cannot be read. @throws {UsageError} With every line that is wrong.
 */
export async function readTokens(path: string, warn: (message: string) => void): Promise<Tokens> {
  const text = await readText(path)
  if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0)
    warn(`${path} can be read by others on this machine: chmod 600 keeps the tokens to yourself`)
  return parseTokens(text, path)
}

/** @throws {UsageError} With every line that is wrong; no line is quoted, since it may hold a token. */
export function parseTokens(text: string, path: string): Tokens {
  const problems: string[] = []
  const known: { readonly digest: Buffer; readonly person: Person }[] = []
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const [role, token = '', ...words] = line.split(/\s+/)
    const place = `${path}: line ${i + 1}`
    if (!isRole(role)) {
      problems.push(`${place}: expected ROLE TOKEN [NAME] with a role of ${roles.join(', ')}`)
      continue
    }
    if (token.length < shortest) {
      problems.push(`${place}: a token has at least ${shortest} characters (openssl rand -hex 24 makes one)`)
      continue
    }
    const digest = digestOf(token)
    const tokenId = digest.toString('hex').slice(0, 16)
    if (known.some(({ person }) => person.tokenId === tokenId)) problems.push(`${place}: stands there twice`)
    known.push({ digest, person: { name: words.join(' ') || role, role, tokenId } })
  }
  if (problems.length > 0) throw new UsageError(problems.join('\n'))
  if (known.length === 0) throw new UsageError(`${path}: holds no token; expected lines of ROLE TOKEN [NAME]`)
  return {
    find(token) {
      const digest = digestOf(token)
      let found: Person | undefined
      for (const each of known) if (timingSafeEqual(each.digest, digest)) found = each.person
      return found
    },
    byId: (tokenId) => known.find(({ person }) => person.tokenId === tokenId)?.person,
    count: known.length,
  }
}

const isRole = (word: string | undefined): word is Role => roles.some((role) => role === word)
const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest()
