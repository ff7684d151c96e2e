/** Where weights and cached features lie on this machine. */
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What decides about folders; the process's own by default, records of it in tests. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: string
  readonly home: string
}

export const thisMachine = (): Surroundings => ({
  env: process.env,
  platform: process.platform,
  home: homedir(),
})

/**
 * The folder whose weights are used: `--weights`, else `PLUMBLINE_WEIGHTS`, else `weights` in the cache folder.
 *
 * The first one named counts alone, so that a run never depends on what else lies on the machine.
 */
export function weightsFolder(named: string | null, machine = thisMachine()): string {
  return named ?? (machine.env.PLUMBLINE_WEIGHTS || join(cacheRoot(machine), 'weights'))
}

/** The folder of the feature cache: `PLUMBLINE_CACHE`, else `features` in the cache folder. */
export function featureCacheFolder(machine = thisMachine()): string {
  return machine.env.PLUMBLINE_CACHE || join(cacheRoot(machine), 'features')
}

/** The folder that machines share when they work together: `PLUMBLINE_STORE`, else `store` in the cache folder. */
export function storeFolder(machine = thisMachine()): string {
  return machine.env.PLUMBLINE_STORE || join(cacheRoot(machine), 'store')
}

/** `~/.cache/plumbline`, or `XDG_CACHE_HOME`; `~/Library/Caches` on macOS, `%LOCALAPPDATA%` on Windows. */
function cacheRoot({ env, platform, home }: Surroundings): string {
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'plumbline')
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'plumbline')
  if (platform === 'win32') {
    return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'plumbline', 'cache')
  }
  return join(home, '.cache', 'plumbline')
}
