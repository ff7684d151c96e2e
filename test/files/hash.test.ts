import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { sha256, sha256File } from '../../src/files/hash.ts'

const folder = mkdtempSync(join(tmpdir(), 'hash-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('sha256', () => {
  // FIPS 180-2, appendix B.1 and the empty message.
  it.each([
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ])('of %j equals the published value', (text, expected) => {
    expect(sha256(text)).toBe(expected)
    expect(sha256(new TextEncoder().encode(text))).toBe(expected)
  })

  it('of a file larger than a chunk equals that of its bytes', async () => {
    const bytes = Uint8Array.from({ length: (1 << 20) + 77 }, (_, i) => (i * 31) % 251)
    const path = join(folder, 'large')
    writeFileSync(path, bytes)
    expect(await sha256File(path)).toBe(sha256(bytes))
  })

  it('passes on why a file cannot be read', async () => {
    await expect(sha256File(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
