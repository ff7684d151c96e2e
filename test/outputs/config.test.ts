import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseOutputsConfig, readOutputsConfig } from '../../src/outputs/config/read-config.ts'
import { resolveSecret } from '../../src/outputs/config/resolve-secret.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'
import { setUpOutputs } from './set-up-outputs.ts'

const webhook = { type: 'webhook', name: 'mes', url: 'https://mes.example/hook', secret: { env: 'SECRET' } }
const parse = (...outputs: unknown[]) => parseOutputsConfig({ outputs }, 'o.json')

describe('the configuration of outputs', () => {
  it('fills in what is left out, the safe side first', () => {
    const { failSafe, review, station, outputs } = parse(webhook)
    expect({ failSafe, review, station }).toEqual({ failSafe: 'reject', review: 'hold', station: 'station' })
    expect(outputs[0]).toMatchObject({ timeoutMs: 10_000, concurrency: 4, giveUpAfterHours: 72 })
  })

  it.each<[string, object, string]>([
    ['a key that nobody knows', { ...webhook, retries: 3 }, 'outputs[0]: Unrecognized key: "retries"'],
    [
      'another protocol',
      { ...webhook, url: 'ftp://x/' },
      'outputs[0].url: expected https:// or http://, got ftp://',
    ],
    ['no URL', { ...webhook, url: 'mes' }, 'outputs[0].url: is no URL'],
    [
      'a password in a URL',
      { ...webhook, url: 'https://u:geheim@x/' },
      'outputs[0].url: user and password do not',
    ],
    ['a secret in the open', { ...webhook, secret: 'geheim' }, 'outputs[0].secret: expected {"env": "NAME"}'],
    ['a token in the open', { ...webhook, bearer: 'geheim' }, 'outputs[0].bearer: expected {"env": "NAME"}'],
    ['a name with a space', { ...webhook, name: 'a b' }, 'outputs[0].name: expected up to 40 of a-z'],
    ['no time at all', { ...webhook, timeoutMs: 0 }, 'outputs[0].timeoutMs: '],
    ['an outcome that is none', { ...webhook, only: ['bad'] }, 'outputs[0].only[0]: '],
    ['half a certificate', { ...webhook, key: 'k.pem' }, 'outputs[0].certificate: comes with "key"'],
    ['a kind that is none', { type: 'fax', name: 'f' }, 'outputs[0].type: '],
  ])('refuses %s and names the key', (_, output, message) => {
    let said = ''
    try {
      parse(output)
    } catch (error) {
      said = String(error)
    }
    expect(said).toContain(`o.json: ${message}`)
    expect(said).not.toContain('geheim')
  })

  it('tells all mistakes at once', () => {
    expect(() =>
      parseOutputsConfig({ failSafe: 'pass', outputs: [{ ...webhook, url: 1 }] }, 'o.json'),
    ).toThrow(/2 mistakes:\n {2}failSafe: .*\n {2}outputs\[0\]\.url: /)
  })

  it('lets nobody pass parts without a verdict', () => {
    for (const key of ['failSafe', 'review'])
      expect(() => parseOutputsConfig({ [key]: 'pass', outputs: [] }, 'o.json')).toThrow(`${key}: `)
  })

  it('refuses two outputs of one name', () => {
    expect(() => parse(webhook, webhook)).toThrow('o.json: outputs[1].name: outputs[0] has the same')
  })

  it('does not repeat what stands in a file that is no JSON', async () => {
    const path = join(await temporaryFolder(), 'outputs.json')
    await writeFile(path, '{ "secret": "geheim" oops')
    const said = await readOutputsConfig(path).catch(String)
    expect(said).toContain(`${path}: is not JSON`)
    expect(said).not.toContain('geheim')
  })

  it('names a file that is missing', async () => {
    await expect(readOutputsConfig('/nowhere/o.json')).rejects.toThrow(
      '/nowhere/o.json: no such file or folder',
    )
  })
})

describe('secrets', () => {
  const places = { environment: { A: ' x ', EMPTY: '' }, folder: '/nowhere' }
  it('come from the environment or a file, without space around them', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 's'), 'y\n')
    expect(await resolveSecret({ env: 'A' }, 'k', places)).toBe('x')
    expect(await resolveSecret({ file: 's' }, 'k', { ...places, folder })).toBe('y')
  })

  it('name the key and the place where they are missing', async () => {
    for (const env of ['B', 'EMPTY'])
      await expect(resolveSecret({ env }, 'outputs[0].secret', places)).rejects.toThrow(
        `outputs[0].secret: the environment variable ${env} is not set`,
      )
    await expect(resolveSecret({ file: 's' }, 'k', places)).rejects.toThrow(
      '/nowhere/s: no such file or folder',
    )
  })

  it('that are no keys are refused before anything starts, and not repeated', async () => {
    const said = await setUpOutputs({ outputs: [webhook] }, { SECRET: 'geheim' }).catch(String)
    expect(said).toContain('outputs.json: outputs[0].secret: expected base64 of 24 to 64 bytes')
    expect(said).not.toContain('geheim')
  })
})
