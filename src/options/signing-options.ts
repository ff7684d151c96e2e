/** Who made a folder: signing it, and asking for a signature. */
import { path } from './kinds.ts'

export const signOption = {
  sign: path({
    help: 'Sign the folder with this private key (Ed25519, PEM: `openssl genpkey -algorithm ed25519`).',
    placeholder: 'KEY',
    defaultText: 'not signed',
    mustExist: 'no such file',
    isBookkeeping: true,
  }),
}

export const trustOption = {
  trust: path({
    help: 'Take the folder only if this public key (Ed25519, PEM: `openssl pkey -pubout`) has signed it.',
    placeholder: 'KEY',
    defaultText: 'signed or not',
    mustExist: 'no such file',
    isBookkeeping: true,
  }),
}
