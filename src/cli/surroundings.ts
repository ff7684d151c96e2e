/** What the environment of a command says of the machine, and the command as it could be typed again. */
import { homedir } from 'node:os'
import type { Surroundings } from '../backbone/weights-folder.ts'
import type { Provenance } from '../options/request.ts'
import { withoutPassword } from '../work/queue-url.ts'
import type { Effects } from './effects.ts'

/** Where the machine keeps things, with the environment that the command was given. */
export function surroundings({ env }: Effects): Surroundings {
  return { env, platform: process.platform, home: env.HOME || homedir() }
}

/** When it was asked, and the command: quoted where a shell would need it, without the password of a server. */
export function provenanceOf(command: string, words: readonly string[], effects: Effects): Provenance {
  const typed = [command, ...words.map(withoutPassword)].map((word) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`,
  )
  return { createdAt: effects.now().toISOString(), command: ['plumbline', ...typed].join(' ') }
}
