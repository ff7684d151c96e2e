/** The rotation experiment on stripes, which look the same upside down and different on their side. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Rotation, type RotationRow, rotationSchema } from '../../src/wire/rotation.ts'
import { type Ended, makeFolder, makeStripedDataset, plumbline, quick } from './striped-dataset.ts'

const home = makeFolder()
const out = join(home, 'turned')
let ended: Ended
let rotation: Rotation
const rowOf = (rows: readonly RotationRow[], degrees: string): RotationRow =>
  rows.find((row) => row.rotation === degrees)!

beforeAll(async () => {
  const dataset = await makeStripedDataset()
  ended = await plumbline(home, ['experiment', 'rotation', dataset, '--out', out, ...quick, '--folds', '2'])
  if (ended.code === 0)
    rotation = rotationSchema.parse(JSON.parse(readFileSync(join(out, 'rotation.json'), 'utf8')))
}, 180_000)

describe('experiment rotation', () => {
  it('ends well, and says what it found', () => {
    expect(ended.err).not.toContain('plumbline experiment:')
    expect(ended.code).toBe(0)
    for (const sentence of rotation.conclusion) expect(ended.out.replace(/\s+/g, ' ')).toContain(sentence)
  })

  it('finds that stripes on their side are strange, and upside down are not', () => {
    const { rows } = rotation.upright
    expect(rows.map((row) => row.rotation)).toEqual(['0', '90', '180', '270', 'all'])
    expect(rowOf(rows, '0').overkillRate.mean).toBeLessThan(0.3)
    expect(rowOf(rows, '180').overkillRate.mean).toBeLessThan(0.3)
    expect(rowOf(rows, '90').overkillRate.mean).toBeGreaterThan(0.5)
    expect(rowOf(rows, '270').overkillRate.mean).toBeGreaterThan(0.5)
  })

  it('finds that training with rotations mends it, significantly', () => {
    expect(rowOf(rotation.turned.rows, '90').overkillRate.mean).toBeLessThan(0.3)
    const { auroc } = rotation.gain
    expect(auroc.isDistinguishable).toBe(true)
    expect(auroc.mean).toBeGreaterThan(0)
    expect(rotation.conclusion.join(' ')).toContain('does not see a turned part as the same part')
  })

  it('leaves two runs that can be compared, and a page', async () => {
    expect(readdirSync(out).sort()).toEqual([
      '.plumbline',
      'dataset',
      'rotation.html',
      'rotation.json',
      'turned',
      'upright',
    ])
    for (const arm of ['upright', 'turned']) expect(existsSync(join(out, arm, 'report.html'))).toBe(true)
    const page = readFileSync(join(out, 'rotation.html'), 'utf8')
    expect(page).toContain('turned 270°')
    expect(page).not.toContain('NaN')
  })

  it('keeps the copies of a part in the role of the part', () => {
    const roles = new Map<string, Set<string>>()
    for (const line of readFileSync(join(out, 'turned/scores.csv'), 'utf8').trim().split('\n').slice(1)) {
      const [, part, , , fold, role] = line.split(',') as [string, string, string, string, string, string]
      const key = `${fold} ${part}`
      roles.set(key, (roles.get(key) ?? new Set()).add(role))
    }
    expect([...roles.values()].filter((each) => each.size > 1)).toEqual([])
  })
})
