/** The real effects: this process's streams, signals and clock. */
import { dirname } from 'node:path'
import type { Effects } from './effects.ts'

/** Installs signal and pipe handlers on `host` for the rest of the process's life. */
export function processEffects(host: NodeJS.Process): Effects {
  for (const stream of [host.stdout, host.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error // a reader that left (`| head`) is no failure of ours
    })
  }
  return {
    stdout: (text) => void host.stdout.write(text),
    stderr: (text) => void host.stderr.write(text),
    isTerminal: host.stderr.isTTY === true && host.env.TERM !== 'dumb',
    columns: host.stderr.columns ?? host.stdout.columns ?? 80,
    now: () => new Date(),
    signal: interruptSignal(host),
    env: host.env,
    cwd: folderOfUser(host),
  }
}

/**
 * Where whoever typed the command stands. `npm run plumbline` starts it in the folder of the project, wherever that is
 * (`npm --prefix FOLDER run plumbline`, or from a folder within), and says in INIT_CWD where it was called from.
 */
export function folderOfUser({ cwd, env }: Pick<NodeJS.Process, 'cwd' | 'env'>): string {
  const { INIT_CWD: calledFrom, npm_lifecycle_event: script, npm_package_json: project } = env
  const isScript = script === 'plumbline' || script === 'demo'
  const isOurs = isScript && project !== undefined && dirname(project) === cwd()
  return isOurs && calledFrom !== undefined ? calledFrom : cwd()
}

/** The first SIGINT or SIGTERM aborts the signal, so that work can stop cleanly; the second ends the process at once. */
export function interruptSignal(host: Pick<NodeJS.Process, 'on' | 'exit' | 'stderr'>): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    host.on(name, () => {
      if (controller.signal.aborted) host.exit(130)
      controller.abort()
      host.stderr.write('\nStopping; once more kills at once.\n')
    })
  }
  return controller.signal
}
