/** Who made a model: signed by whom, told from altered and from another's. */
import { generateKeyPairSync } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadModel, saveModel } from '../../src/detector/model-folder.ts'
import { InputError, ModelError } from '../../src/errors.ts'
import { readSigner, readTrustedKey, signatureName } from '../../src/files/signature.ts'
import { modelFacts } from '../helpers/model-card.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const folder = temporaryFolder()
const model = join(folder, 'model')
const files = new Map([['a.bin', Uint8Array.of(1, 2, 3)]])
const keyFile = (name: string, pem: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, pem)
  return path
}
const pair = (name: string): { secret: string; trusted: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    secret: keyFile(`${name}.pem`, privateKey.export({ type: 'pkcs8', format: 'pem' })),
    trusted: keyFile(`${name}.pub.pem`, publicKey.export({ type: 'spki', format: 'pem' })),
  }
}
const [own, other] = [pair('own'), pair('other')]
const copied = (name: string): string => {
  const to = join(folder, name)
  cpSync(model, to, { recursive: true })
  return to
}
const opened = async (at: string, key = own.trusted) => loadModel(at, await readTrustedKey(key))

beforeAll(async () => {
  await saveModel(model, modelFacts(), files, { signer: await readSigner(own.secret) })
})

describe('a signed model', () => {
  it('is opened by whom trusts the key, and by whom does not ask', async () => {
    expect((await opened(model)).card).toEqual((await loadModel(model)).card)
  })

  it('is refused where another key signed it, and both are named', async () => {
    const opening = opened(model, other.trusted)
    await expect(opening).rejects.toThrow(ModelError)
    await expect(opening).rejects.toThrow(
      /was signed by the key [0-9a-f]{16}, and .*other\.pub\.pem is [0-9a-f]{16}/,
    )
  })

  it('is refused where the card, a file behind it, or the signature was altered', async () => {
    const card = copied('card')
    writeFileSync(
      join(card, 'model.json'),
      readFileSync(join(card, 'model.json'), 'utf8').replace('"seed": 0', '"seed": 1'),
    )
    await expect(opened(card)).rejects.toThrow(`${join(card, 'model.json')}: was altered since it was signed`)
    const file = copied('file')
    writeFileSync(join(file, 'a.bin'), Uint8Array.of(1, 2, 4))
    await expect(opened(file)).rejects.toThrow(`${join(file, 'a.bin')}: its sha256 differs`)
    const signature = copied('signature')
    const path = join(signature, signatureName)
    const document = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...document, signature: `A${document.signature.slice(1)}` }))
    await expect(opened(signature)).rejects.toThrow(`${path}: is not a signature by`)
    writeFileSync(path, '{}')
    await expect(opened(signature)).rejects.toThrow(`${path}: is no signature of this version`)
    writeFileSync(path, JSON.stringify({ ...document, file: 'parity.json' }))
    await expect(opened(signature)).rejects.toThrow('is not a signature by')
    rmSync(path)
    await expect(opened(signature)).rejects.toThrow('the folder is not signed')
  })

  it('loses its signature to a model in its place that nobody signed', async () => {
    const at = copied('again')
    await saveModel(at, modelFacts(), files)
    expect(readdirSync(at).sort()).toEqual(['a.bin', 'model.json'])
  })
})

describe('a key', () => {
  it.each([
    ['no key', 'hello', 'is no private key in PEM'],
    [
      'a key of another kind',
      generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
      'is a key of type rsa, expected ed25519',
    ],
  ])('to sign with is refused: %s', async (name, pem, words) => {
    const path = keyFile(name, pem)
    await expect(readSigner(path)).rejects.toThrow(InputError)
    await expect(readSigner(path)).rejects.toThrow(`${path}: ${words}`)
  })

  it('to trust is a public one', async () => {
    await expect(readTrustedKey(own.secret)).rejects.toThrow('is a private key: --trust takes the public one')
    await expect(readTrustedKey(join(folder, 'none.pem'))).rejects.toThrow('no such file')
  })
})
