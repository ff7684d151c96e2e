/** What lies in an export folder: the model, the diagnostic one, fixtures with their goldens, card, and `parity.json` that says it all. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InputError } from '../errors.ts'
import { isSystemError, systemReason, temporaryName } from '../files/atomic.ts'
import { sha256 } from '../files/hash.ts'
import { encodeNpy, type NpyArray } from '../files/npy.ts'
import { encodeFloat16 } from '../math/float16.ts'
import { roundUpToFloat32 } from '../math/round-up-float32.ts'
import { version } from '../version.ts'
import type { ModelCard } from '../wire/model.ts'
import type { Parity } from '../wire/parity.ts'
import { type FixturePicture, fed } from './fixture-pictures.ts'
import type { Golden } from './make-goldens.ts'

export type Contents = ReadonlyMap<string, Uint8Array>
export type Described = Pick<Parity, 'model' | 'threshold' | 'review' | 'tolerance'>

export interface ProvenFixture {
  readonly picture: FixturePicture
  readonly golden: Golden
}

export const modelFile = 'model.onnx'
export const diagnosticFile = 'fixtures/diagnostic.onnx'
/** Goldens of features beside the first fixtures, as far as this reaches. */
const mostFeatureBytes = 32 * 2 ** 20

/** Names of `metadata_props`, fixed by `docs/on-the-line.md`. */
export function metadataOf(card: ModelCard): Readonly<Record<string, string>> {
  const { threshold, trained, pixels } = card
  const number = (value: number | null | undefined): string =>
    value == null ? '' : `${roundUpToFloat32(value)}`
  const range = pixels?.range
  return {
    'plumbline.version': version,
    'plumbline.threshold': number(threshold?.value),
    'plumbline.review': number(threshold?.review),
    'plumbline.fingerprint': trained.fingerprint,
    'plumbline.licence': card.weights?.licence ?? '',
    'plumbline.range': range ? `${range.low}..${range.high}` : '0..255',
  }
}

export function describeExport(
  card: ModelCard,
  described: Described,
  measured: Parity['measured'],
  fixtures: readonly ProvenFixture[],
  models: Contents,
): { readonly parity: Parity; readonly contents: Contents } {
  const contents = new Map(models)
  const add = (path: string, shape: readonly number[], data: NpyArray): string => {
    contents.set(path, encodeNpy({ shape, data }))
    return path
  }
  const channels = Number(described.model.input.shape[3])
  let featureBytes = 0
  const listed = fixtures.map(({ picture, golden }): Parity['fixtures'][number] => {
    const { name, why, image, repeat } = picture
    const { width, height } = golden.prepared
    const own = golden.maps.reduce((sum, { data }) => sum + 2 * data.length, 0)
    featureBytes += own
    const maps = featureBytes <= mostFeatureBytes ? golden.maps : []
    return {
      name,
      why,
      image: {
        file: add(`fixtures/${name}.image.npy`, [image.height, image.width, channels], fed(image, channels)),
        repeat: [...repeat],
      },
      golden: {
        score: golden.score,
        verdict: golden.verdict,
        frame: [...golden.frame],
        map: add(`fixtures/${name}.map.npy`, [height, width], golden.map),
        resized: add(`fixtures/${name}.resized.npy`, [height, width, 3], golden.prepared.data),
        features: Object.fromEntries(
          maps.map(({ stage, channels, rows, cols, data }) => [
            stage,
            add(`fixtures/${name}.features.${stage}.npy`, [channels, rows, cols], encodeFloat16(data)),
          ]),
        ),
      },
    }
  })
  contents.set(
    'model-card.json',
    json({ ...card, files: undefined, exported: { ...described.model, loss: measured.loss } }),
  )
  const parity: Parity = {
    format: 'plumbline-parity',
    version: 1,
    plumbline: version,
    ...described,
    fixtures: listed,
    measured,
    files: Object.fromEntries(
      [...contents].map(([path, bytes]) => [path, { bytes: bytes.length, sha256: sha256(bytes) }]),
    ),
  }
  contents.set('parity.json', json(parity))
  contents.set('.plumbline', new TextEncoder().encode('export\n')) // the folder is ours: `run/folder/claim-folder.ts`
  return { parity, contents }
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`)

/** Into a folder beside it, which then takes its place: a reader never sees half of one. */
export async function writeFolder(out: string, contents: Contents): Promise<void> {
  const temporary = temporaryName(out)
  const previous = temporaryName(out)
  try {
    for (const [path, bytes] of contents) {
      const whole = join(temporary, path)
      await mkdir(dirname(whole), { recursive: true })
      await writeFile(whole, bytes)
    }
    const hadOne = await rename(out, previous).then(
      () => true,
      (cause: unknown) => {
        if (isSystemError(cause) && cause.code === 'ENOENT') return false
        throw cause
      },
    )
    try {
      await rename(temporary, out)
    } catch (cause) {
      if (hadOne) await rename(previous, out)
      throw cause
    }
    await rm(previous, { recursive: true, force: true })
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {}) // what went wrong before is what matters
    if (isSystemError(cause))
      throw new InputError(out, `cannot be written: ${systemReason(cause)}`, { cause })
    throw cause
  }
}
