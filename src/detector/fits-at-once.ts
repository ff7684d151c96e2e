/** Whether the memory of a machine has room for all the fits that go on in it. */
import { UsageError } from '../errors.ts'
import type { Machine } from './detector.ts'

export const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`

/**
 * @param need - What one fit takes, in words, and in bytes: no more than the machine has.
 * @throws {UsageError} There is not room for all; says with how many threads there is.
 */
export function refuseTooManyAtOnce(
  need: { readonly words: string; readonly bytes: number },
  { fitsAtOnce = 1 }: Pick<Machine, 'fitsAtOnce'>,
  machineBytes: number,
): void {
  if (fitsAtOnce * need.bytes <= machineBytes) return
  throw new UsageError(
    `${need.words}, ${fitsAtOnce} folds at a time ${gib(fitsAtOnce * need.bytes)}; this machine has ${gib(machineBytes)}: ` +
      `--threads ${Math.floor(machineBytes / need.bytes)} works on fewer at a time`,
  )
}
