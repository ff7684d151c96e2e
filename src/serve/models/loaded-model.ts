/** A model that is in memory and warm, with who uses it counted: it is closed when it was replaced and the last one is done. */
import { join } from 'node:path'
import { InputError, ModelError } from '../../errors.ts'
import { isSystemError, systemReason } from '../../files/atomic.ts'
import { sha256, sha256File } from '../../files/hash.ts'
import type { PixelReading } from '../../image/pixel-reading.ts'
import type { ModelInspector } from '../../inspect/open-model.ts'
import { type OpenModelOptions, openModel, readingOf } from '../../inspect/open-model.ts'
import type { ModelCard } from '../../wire/model.ts'

export interface LoadedModel {
  /** Name of its folder. */
  readonly id: string
  readonly folder: string
  readonly card: ModelCard
  /** SHA-256 of `model.json`, which holds those of every other file. */
  readonly fingerprint: string
  /** SHA-256 of how pictures are brought before the network. */
  readonly preparation: string
  /** How the pixels of files are read. */
  readonly reading: PixelReading
  readonly inspector: ModelInspector
  /** Whoever judges holds it until he is done. */
  take(): void
  release(): void
  /** No longer to be taken; resolves when nobody holds it and its memory is given back. */
  retire(): Promise<void>
}

/** @throws {ModelError} The folder is not what it should be. @throws {UsageError} No such detector or device. */
export async function loadServedModel(
  id: string,
  folder: string,
  options: OpenModelOptions,
): Promise<LoadedModel> {
  const path = join(folder, 'model.json')
  const fingerprint = await hashOfCard(path)
  const inspector = await openModel(folder, options)
  try {
    const { card } = inspector
    await warmUp(inspector)
    if ((await hashOfCard(path)) !== fingerprint) throw new ModelError(path, 'changed while it was opened')
    return holding({
      id,
      folder,
      card,
      fingerprint,
      preparation: preparationOf(card),
      reading: readingOfModel(card),
      inspector,
    })
  } catch (error) {
    await inspector.close()
    throw error
  }
}

async function hashOfCard(path: string): Promise<string> {
  try {
    return await sha256File(path)
  } catch (cause) {
    if (isSystemError(cause)) throw new ModelError(path, systemReason(cause), { cause })
    throw cause
  }
}

export const preparationOf = ({ input, pixels, backbone, preparation }: ModelCard): string => {
  const { width, height, fit } = input
  return sha256(
    JSON.stringify([width, height, fit, pixels ?? null, backbone.id, backbone.weights, preparation]),
  )
}

/** Photographs of a model that prepares them are read as its recipe says. */
function readingOfModel({ pixels, preparation }: ModelCard): PixelReading {
  const own = preparation === null ? pixels : preparation.pixels
  return own == null ? {} : readingOf(own)
}

/** The first picture opens the network and pays for what the others then use; nobody should wait for that. */
async function warmUp(inspector: ModelInspector): Promise<void> {
  const { input, preparation } = inspector.card
  const { width, height } = preparation?.tile ?? preparation?.canvas ?? input
  const [red, green, blue] = preparation?.blank ?? [128, 128, 128]
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < data.length; i += 3) data.set([red, green, blue], i)
  try {
    await inspector.inspect({ width, height, data }, { threshold: 0 })
  } catch (error) {
    if (!(error instanceof InputError)) throw error // an empty picture need not be one that can be prepared
  }
}

function holding(parts: Omit<LoadedModel, 'take' | 'release' | 'retire'>): LoadedModel {
  let holders = 0
  let onFree: (() => void) | undefined
  let closing: Promise<void> | undefined
  return {
    ...parts,
    take() {
      holders++
    },
    release() {
      holders--
      if (holders === 0) onFree?.()
    },
    retire() {
      closing ??= (async () => {
        if (holders > 0)
          await new Promise<void>((resolve) => {
            onFree = resolve
          })
        await parts.inspector.close()
      })()
      return closing
    },
  }
}
