/**
 * Who made a folder: an Ed25519 signature over the file in it that holds the hashes of all others. Hashes alone say that nothing was
 * altered since they were written, not who wrote them.
 *
 * Keys are PEM files as OpenSSL makes them: `openssl genpkey -algorithm ed25519 -out key.pem`, and `openssl pkey -in key.pem -pubout -out
 * key.pub.pem` for those who trust it. Source of the scheme: RFC 8032.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { InputError, ModelError } from '../errors.ts'
import { isSystemError, systemReason } from './atomic.ts'
import { sha256 } from './hash.ts'
import { readText } from './read-json.ts'

/** Beside the file that it signs. */
export const signatureName = 'signature.json'

const schema = z.strictObject({
  format: z.literal('plumbline-signature'),
  version: z.literal(1),
  /** Name of the file that is signed, and its hash. */
  file: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Hash of the public key: which one to ask for. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  signature: z.base64().length(88),
})

/** A private key that was read. */
export interface Signer {
  /** Hash of the public key that goes with it. */
  readonly id: string
  /** @returns The text of the signature file. */
  sign(file: string, bytes: string | Uint8Array): string
}

/** A public key that was read. */
export interface TrustedKey {
  readonly path: string
  /** Hash of the key. */
  readonly id: string
  /** @throws {ModelError} The folder is not signed, not by this key, or the file was altered since. */
  check(folder: string, file: string, bytes: Uint8Array): Promise<void>
}

/** @throws {InputError} The file is no private Ed25519 key that can be read without a pass phrase. */
export async function readSigner(path: string): Promise<Signer> {
  const key = await readKey(path, 'private', createPrivateKey)
  const id = keyId(createPublicKey(key))
  return {
    id,
    sign(file, bytes) {
      const hash = sha256(bytes)
      const signature = sign(null, messageOf(file, hash), key).toString('base64')
      const document = { format: 'plumbline-signature', version: 1, file, sha256: hash, key: id, signature }
      return `${JSON.stringify(document, null, 2)}\n`
    },
  }
}

/** @throws {InputError} The file is no public Ed25519 key. */
export async function readTrustedKey(path: string): Promise<TrustedKey> {
  const key = await readKey(path, 'public', createPublicKey)
  const id = keyId(key)
  return {
    path,
    id,
    async check(folder, file, bytes) {
      const at = join(folder, signatureName)
      const found = await readSignature(at, path)
      const signed = join(folder, file)
      if (found.key !== id) {
        throw new ModelError(
          at,
          `was signed by the key ${short(found.key)}, and ${path} is ${short(id)}: it is not from whom you trust`,
        )
      }
      const isOurs = verify(
        null,
        messageOf(found.file, found.sha256),
        key,
        Buffer.from(found.signature, 'base64'),
      )
      if (!isOurs) throw new ModelError(at, `is not a signature by ${path}: it was altered`)
      if (found.file !== file) throw new ModelError(at, `signs ${found.file}, and not ${file}`)
      if (found.sha256 !== sha256(bytes)) throw new ModelError(signed, 'was altered since it was signed')
    },
  }
}

/** What is signed names the file, so that the signature of one is none of another. */
const messageOf = (file: string, hash: string): Buffer =>
  Buffer.from(`plumbline-signature 1\n${file}\n${hash}\n`)

const keyId = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')

const short = (id: string): string => id.slice(0, 16)

async function readKey(
  path: string,
  kind: 'private' | 'public',
  create: (pem: string) => KeyObject,
): Promise<KeyObject> {
  const pem = await readText(path)
  if (kind === 'public' && pem.includes('PRIVATE KEY'))
    throw new InputError(
      path,
      'is a private key: --trust takes the public one (openssl pkey -in KEY -pubout)',
    )
  let key: KeyObject
  try {
    key = create(pem)
  } catch (cause) {
    throw new InputError(path, `is no ${kind} key in PEM that can be read without a pass phrase`, { cause })
  }
  if (key.asymmetricKeyType === 'ed25519') return key
  throw new InputError(path, `is a key of type ${key.asymmetricKeyType}, expected ed25519`)
}

async function readSignature(path: string, trusted: string): Promise<z.infer<typeof schema>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (!isSystemError(cause)) throw cause
    const reason = cause.code === 'ENOENT' ? 'is not there: the folder is not signed' : systemReason(cause)
    throw new ModelError(path, `${reason}, and only what ${trusted} has signed is trusted`, { cause })
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new ModelError(path, 'is no signature of this version', { cause })
  }
}
