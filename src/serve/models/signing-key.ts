/** Jobs sign what they train with a key of the station, which the station must trust where it trusts any. */
import { UsageError } from '../../errors.ts'
import { readSigner, readTrustedKey } from '../../files/signature.ts'

/**
 * @param sign - File of the private key. @param trust - Of the public key whose signatures are taken; null for any.
 * @throws {UsageError} The station would not take what its own jobs sign. @throws {InputError} A file that is no key.
 */
export async function checkSigningKey(sign: string, trust: string | null): Promise<void> {
  const { id } = await readSigner(sign)
  if (trust !== null && (await readTrustedKey(trust)).id !== id)
    throw new UsageError('--sign: expected the private key that goes with --trust, got another')
}
