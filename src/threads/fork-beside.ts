/** The file of another thread or process, beside the one that starts it: compiled it is JavaScript, in a checkout TypeScript. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** @param caller - `import.meta.url` of the file that it lies beside. @param name - Of the file, without extension. */
export function entryBeside(
  caller: string,
  name: string,
): { readonly entry: URL; readonly isSource: boolean } {
  const isSource = caller.endsWith('.ts')
  return { entry: new URL(`./${name}.${isSource ? 'ts' : 'js'}`, caller), isSource }
}

export interface ForkOptions {
  readonly args?: readonly string[]
  /** Options of Node for the process. */
  readonly execArgv?: readonly string[]
  /** Where its stderr goes; what it writes to stdout is dropped. */
  readonly stderr: 'inherit' | 'pipe'
  /** Words keep every number and bytes; default what JSON can hold. */
  readonly isExact?: boolean
}

/** A process of its own that can be talked to. Parameters as {@link entryBeside}. */
export function forkBeside(
  caller: string,
  name: string,
  { args = [], execArgv = [], stderr, isExact = false }: ForkOptions,
): ChildProcess {
  const { entry, isSource } = entryBeside(caller, name)
  const loader = isSource ? ['--import', import.meta.resolve('tsx')] : []
  return fork(fileURLToPath(entry), args, {
    execArgv: [...execArgv, ...loader],
    stdio: ['ignore', 'ignore', stderr, 'ipc'],
    serialization: isExact ? 'advanced' : 'json',
  })
}
