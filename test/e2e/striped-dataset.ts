/** Datasets of striped pictures on disk, in the layout `folders`, with masks; and the command line run on them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { encodePng } from '../../src/image/encode-image.ts'
import { defectAt, stripes } from '../../src/testing/striped-image.ts'
import { createRecorder, type Recorder } from '../cli/recorder.ts'

const made: string[] = []
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-e2e-'))
  made.push(folder)
  return folder
}

export function write(path: string, bytes: string | Uint8Array): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
  return path
}

export interface StripedOptions {
  readonly nominal?: number
  readonly anomalous?: number
  readonly masks?: boolean
}

/** `good/good-N.png`, `spot/spot-N.png`, `masks/spot/spot-N.png`. */
export async function makeStripedDataset(
  { nominal = 44, anomalous = 22, masks = true }: StripedOptions = {},
  folder = makeFolder(),
): Promise<string> {
  for (let i = 0; i < nominal; i++)
    write(join(folder, `good/good-${i}.png`), await encodePng(stripes(i, false)))
  for (let i = 0; i < anomalous; i++) {
    const seed = 1000 + i
    write(join(folder, `spot/spot-${i}.png`), await encodePng(stripes(seed, true)))
    if (masks) write(join(folder, `masks/spot/spot-${i}.png`), await encodePng(maskOf(seed)))
  }
  return folder
}

export function maskOf(seed: number, width = 64, height = 64) {
  const data = new Uint8Array(width * height)
  const { x, y } = defectAt(seed, width, height)
  for (let row = y; row < y + 10; row++) data.fill(255, row * width + x, row * width + x + 10)
  return { width, height, data }
}

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly json: () => unknown
}

/** What makes a run quick: the embedded backbone on small pictures, its cache in `home`. */
export const quick = [
  '--backbone',
  'filterbank',
  '--size',
  '64',
  '--option',
  'bankSize=128',
  '--threads',
  '2',
]

/** Runs the command line in this process. */
export async function plumbline(
  home: string,
  argv: readonly string[],
  overrides: Parameters<typeof createRecorder>[0] = {},
  meanwhile: (recorder: Recorder) => void = () => {},
): Promise<Ended> {
  const recorder = createRecorder({ env: { HOME: home }, cwd: home, ...overrides })
  meanwhile(recorder)
  const code = await main(argv, recorder)
  return { code, out: recorder.out(), err: recorder.err(), json: () => JSON.parse(recorder.out()) }
}
