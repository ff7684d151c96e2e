/** An export says who made it, where that is asked for. */
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { trainModel } from '../../src/pipeline.ts'
import { makeStripedDataset, plumbline } from '../e2e/striped-dataset.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

it('is signed by export --sign, and verify --trust takes nothing else', async () => {
  const folder = temporaryFolder()
  const keys = generateKeyPairSync('ed25519')
  const [secret, trusted] = [join(folder, 'key.pem'), join(folder, 'key.pub.pem')]
  writeFileSync(secret, keys.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  writeFileSync(trusted, keys.publicKey.export({ type: 'spki', format: 'pem' }))
  const dataset = await makeStripedDataset({ nominal: 12, anomalous: 0, masks: false }, join(folder, 'data'))
  const [model, out] = [join(folder, 'model'), join(folder, 'out')]
  const small = { backbone: 'filterbank', size: { width: 32, height: 32 }, threads: 1, cache: null }
  await trainModel({ ...small, dataset, out: model, threshold: 'sigma', detectorOptions: { bankSize: 40 } })

  const argv = ['export', model, '--out', out, '--input', '64x64', '--threads', '1']
  const untrusted = await plumbline(folder, [...argv, '--trust', trusted])
  expect([untrusted.code, untrusted.err]).toEqual([4, expect.stringContaining('the folder is not signed')])
  expect((await plumbline(folder, [...argv, '--sign', secret])).code).toBe(0)
  const verify = ['export', 'verify', out, '--threads', '1', '--trust', trusted]
  expect((await plumbline(folder, verify)).code).toBe(0)
  const parity = join(out, 'parity.json')
  writeFileSync(parity, `${readFileSync(parity, 'utf8')}\n`)
  const altered = await plumbline(folder, verify)
  expect([altered.code, altered.err]).toEqual([
    4,
    expect.stringContaining('parity.json: was altered since it was signed'),
  ])
}, 120_000)

it('says what the line has to do itself where the model looks at tiles', async () => {
  const folder = temporaryFolder()
  const dataset = await makeStripedDataset({ nominal: 6, anomalous: 0, masks: false }, join(folder, 'data'))
  const [model, out] = [join(folder, 'model'), join(folder, 'out')]
  const small = { backbone: 'filterbank', size: { width: 32, height: 32 }, threads: 1, cache: null }
  const tiles = { width: 32, height: 32 }
  await trainModel({
    ...small,
    tiles,
    dataset,
    out: model,
    threshold: 'sigma',
    detectorOptions: { bankSize: 40 },
  })
  const { code, err } = await plumbline(folder, [
    'export',
    model,
    '--out',
    out,
    '--input',
    'prepared',
    '--threads',
    '1',
  ])
  expect(code).toBe(0)
  expect(err).toContain('the model looks at tiles of 32x32: feed the file one tile')
}, 120_000)
