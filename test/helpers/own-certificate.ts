/** A certificate of one's own for 127.0.0.1, and its key. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OPCUACertificateManager } from 'node-opcua'
import { temporaryFolder } from './temporary-folder.ts'

export interface OwnCertificate {
  readonly certificatePath: string
  readonly certificate: string
  readonly keyPath: string
  readonly key: string
}

export async function ownCertificate(): Promise<OwnCertificate> {
  const folder = temporaryFolder()
  const manager = new OPCUACertificateManager({ rootFolder: folder })
  await manager.initialize()
  const certificatePath = join(folder, 'certificate.pem')
  await manager.createSelfSignedCertificate({
    applicationUri: 'urn:test',
    dns: [],
    ip: ['127.0.0.1'],
    subject: '/CN=test',
    startDate: new Date(Date.now() - 60_000),
    validity: 2,
    outputFile: certificatePath,
  })
  const keyPath = manager.privateKey
  return {
    ...{ certificatePath, keyPath },
    certificate: readFileSync(certificatePath, 'utf8'),
    key: readFileSync(keyPath, 'utf8'),
  }
}
