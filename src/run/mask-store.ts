/**
 * Defect masks in the frame of the model's input, read once and kept as bits: 8 KB for 256 x 256, whatever the original's
 * size, since every fold asks for half of them again.
 */
import { readMask } from '../dataset/read-mask.ts'
import type { Sample } from '../dataset/sample.ts'
import { InputError } from '../errors.ts'
import type { Frame, Mask } from '../image/image.ts'
import { prepareMask } from '../image/prepare-mask.ts'
import type { Failure } from './open-samples.ts'

export interface MaskStore {
  /**
   * The mask of an anomalous sample; null where there is none that can be used: none at all, a broken one, one of another
   * size, an empty one, or one so small that nothing of it is left at the model's size.
   */
  find(sample: Sample, frame: Frame): Promise<Mask | null>
  /** Masks that could not be used, so far. */
  readonly failures: readonly Failure[]
  /** Ids of samples whose defect vanishes at the model's size, so far. */
  readonly vanished: ReadonlySet<string>
}

export function createMaskStore(): MaskStore {
  const known = new Map<string, { readonly bits: Uint8Array | null }>()
  const failures: Failure[] = []
  const vanished = new Set<string>()

  const read = async (sample: Sample, frame: Frame): Promise<Uint8Array | null> => {
    if (sample.mask === null) return null
    const { path } = sample.mask
    try {
      const mask = await readMask(sample.mask, frame.source)
      if (!mask.data.includes(1)) {
        failures.push({
          path,
          reason: 'the image is anomalous, its mask is empty: left out of pixel figures',
        })
        return null
      }
      const prepared = prepareMask(mask, frame)
      if (prepared.data.includes(1)) return pack(prepared.data)
      vanished.add(sample.id)
      return null
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      const reason = error.message.replace(`${error.path}: `, '')
      failures.push({ path, reason: `${reason}: the image is left out of pixel figures` })
      return null
    }
  }

  return {
    async find(sample, frame) {
      let found = known.get(sample.id)
      if (found === undefined) {
        found = { bits: await read(sample, frame) }
        known.set(sample.id, found)
      }
      const { width, height } = frame.size
      return found.bits === null ? null : { width, height, data: unpack(found.bits, width * height) }
    },
    failures,
    vanished,
  }
}

function pack(data: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(data.length / 8))
  for (let i = 0; i < data.length; i++) if (data[i] === 1) bits[i >> 3]! |= 1 << (i & 7)
  return bits
}

function unpack(bits: Uint8Array, length: number): Uint8Array {
  const data = new Uint8Array(length)
  for (let i = 0; i < length; i++) data[i] = (bits[i >> 3]! >> (i & 7)) & 1
  return data
}
