/** Packages that come with the outputs that need them: loaded when one is configured. */
import { UsageError } from '../errors.ts'

/** The versions that this release is tested with; `package.json` has the same. */
export const testedVersions = { mqtt: '5.16.0', 'node-opcua': '2.182.2' } as const

/**
 * @param at - Key of the output for messages, `outputs[1]`.
 * @throws {UsageError} It is not installed; says how to.
 */
export async function loadPackage<T>(
  name: keyof typeof testedVersions,
  at: string,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause
    throw new UsageError(
      `${at}: needs a package that is not installed: npm install ${name}@${testedVersions[name]}`,
      { cause },
    )
  }
}
