import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Sample } from '../../../src/dataset/sample.ts'
import { encodeJpeg, encodePng } from '../../../src/image/encode-image.ts'
import { scanImages } from '../../../src/parts/scan/scan-images.ts'
import { quietTask } from '../../../src/task.ts'
import { stripes } from '../../../src/testing/striped-image.ts'
import { pictureOf } from '../../guardrail/data/context.ts'

const home = mkdtempSync(join(tmpdir(), 'plumbline-scan-'))
afterAll(() => rmSync(home, { recursive: true }))

function file(name: string, bytes: Uint8Array): string {
  const path = join(home, name)
  writeFileSync(path, bytes)
  return path
}
const sampleOf = (path: string, more: Partial<Sample> = {}): Sample => ({
  ...pictureOf(0).sample,
  path,
  ...more,
})
const scan = (...samples: Sample[]) =>
  scanImages(samples, { size: { width: 32, height: 32 }, fit: 'stretch' }, quietTask)

it('keeps what the guardrails ask, and tells equal pixels in different files', async () => {
  const image = stripes(1, false)
  const png = file('a.png', await encodePng(image))
  const other = file('b.jpg', await encodeJpeg(stripes(2, false)))
  const { pictures, faults } = await scan(sampleOf(png), sampleOf(png), sampleOf(other))
  expect(faults).toEqual([])
  const [a, again, b] = pictures
  expect(a).toMatchObject({ width: 64, height: 64, format: 'PNG', takenAt: null, defect: null })
  expect(a!.thumbnail).toHaveLength(64 * 64)
  expect(again!.pixelHash).toBe(a!.pixelHash)
  expect(b!.format).toBe('JPEG')
  expect(b!.fileHash).not.toBe(a!.fileHash)
})

it('measures defects at the size of the model input', async () => {
  const image = file('c.png', await encodePng(stripes(3, true)))
  const data = new Uint8Array(64 * 64)
  for (let y = 10; y < 20; y++) data.fill(255, y * 64 + 20, y * 64 + 30)
  data.fill(255, 50 * 64 + 50, 50 * 64 + 54)
  data.fill(255, 51 * 64 + 50, 51 * 64 + 54)
  const path = file('c-mask.png', await encodePng({ width: 64, height: 64, data }))
  const [picture] = (await scan(sampleOf(image, { label: 'anomalous', mask: { kind: 'file', path } })))
    .pictures
  expect(picture!.defect).toEqual({ pixels: 108, regions: [25, 2], cut: 0 })
})

it('reports files that are not what they should be, and goes on', async () => {
  const good = file('d.png', await encodePng(stripes(4, false)))
  const empty = file('empty.png', new Uint8Array(0))
  const small = file(
    'small-mask.png',
    await encodePng({ width: 8, height: 8, data: new Uint8Array(64).fill(255) }),
  )
  const blank = file(
    'blank-mask.png',
    await encodePng({ width: 64, height: 64, data: new Uint8Array(64 * 64) }),
  )
  const mask = (path: string): Partial<Sample> => ({ mask: { kind: 'file', path } })
  const { pictures, faults } = await scan(
    sampleOf(empty),
    sampleOf(join(home, 'gone.png')),
    sampleOf(good, mask(small)),
    sampleOf(good, mask(blank)),
  )
  expect(pictures).toHaveLength(2)
  expect(faults.map(({ path, kind }) => [path, kind])).toEqual([
    [empty, 'image'],
    [join(home, 'gone.png'), 'image'],
    [small, 'mask'],
    [blank, 'mask'],
  ])
})
