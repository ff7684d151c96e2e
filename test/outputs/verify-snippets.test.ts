/** The receivers of `docs/outputs.md`, run as they stand there. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readKey, signatureHeaders } from '../../src/outputs/webhook/sign.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../docs/outputs.md'), 'utf8')
const blockOf = (language: string): string => {
  const block = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'm').exec(page)?.[1]
  if (block === undefined) throw new Error(`docs/outputs.md has no block of ${language}`)
  return block
}

const secret = Buffer.alloc(32, 5).toString('base64')
const now = 1_764_403_200
const body = '{"part":"Größe 5"}'
const genuine = signatureHeaders('inspection_1', now, body, [readKey(secret)!])
const twice = signatureHeaders('inspection_1', now, body, [Buffer.alloc(24, 9), readKey(secret)!])

const cases = [
  { name: 'takes what we sign', headers: genuine, body, now, secret, takes: true },
  { name: 'takes a second key', headers: twice, body, now, secret, takes: true },
  {
    name: 'takes a key with its prefix',
    headers: genuine,
    body,
    now,
    secret: `whsec_${secret}`,
    takes: true,
  },
  { name: 'takes a clock four minutes off', headers: genuine, body, now: now - 240, secret, takes: true },
  {
    name: 'refuses a changed body',
    headers: genuine,
    body: body.replace('5', '6'),
    now,
    secret,
    takes: false,
  },
  {
    name: 'refuses a changed id',
    headers: { ...genuine, 'webhook-id': 'x' },
    body,
    now,
    secret,
    takes: false,
  },
  { name: 'refuses what is six minutes old', headers: genuine, body, now: now + 360, secret, takes: false },
  {
    name: 'refuses a new time on an old message',
    headers: { ...genuine, 'webhook-timestamp': String(now + 360) },
    body,
    now: now + 360,
    secret,
    takes: false,
  },
  {
    name: 'refuses another key',
    headers: genuine,
    body,
    now,
    secret: Buffer.alloc(32, 6).toString('base64'),
    takes: false,
  },
  {
    name: 'refuses another version of signature',
    headers: { ...genuine, 'webhook-signature': genuine['webhook-signature']!.replace('v1,', 'v2,') },
    body,
    now,
    secret,
    takes: false,
  },
]

describe('the receiver in JavaScript', async () => {
  const path = join(temporaryFolder(), 'verify.mjs')
  writeFileSync(path, blockOf('js'))
  const { verify } = await import(pathToFileURL(path).href)
  it.each(cases)('$name', (each) => {
    const run = (): string => verify(each.headers, Buffer.from(each.body), each.secret, each.now)
    if (each.takes) expect(run()).toBe('inspection_1')
    else expect(run).toThrow()
  })
})

const hasPython = spawnSync('python3', ['-c', 'import sys; sys.exit(sys.version_info < (3, 9))']).status === 0

describe.skipIf(!hasPython)('the receiver in Python (needs python3 3.9 or newer)', () => {
  const program = `${blockOf('python')}
import json, sys
for each in json.load(sys.stdin):
    try:
        print(verify(each["headers"], each["body"].encode(), each["secret"], each["now"]))
    except ValueError:
        print("refused")
`
  it('judges as the other one does', () => {
    const printed = execFileSync('python3', ['-c', program], {
      input: JSON.stringify(cases),
      encoding: 'utf8',
    })
    expect(printed.trim().split('\n')).toEqual(cases.map(({ takes }) => (takes ? 'inspection_1' : 'refused')))
  })
})
