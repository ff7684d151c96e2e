import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBackbone } from '../../src/backbone/open-backbone.ts'
import { layers, plumbS, weightShape } from '../../src/backbone/plumb-s.ts'
import { resolveBackbone } from '../../src/backbone/resolve-weights.ts'
import { decodeSafetensors, encodeSafetensors } from '../../src/backbone/safetensors.ts'
import { openShippedWeights, shippedPath, shippedSha256 } from '../../src/backbone/shipped-weights.ts'
import { ModelError } from '../../src/errors.ts'
import { sha256 } from '../../src/files/hash.ts'
import { elementCount } from '../../src/graph/index.ts'
import type { PreparedImage, Size } from '../../src/image/image.ts'
import { createRandom } from '../../src/math/random.ts'
import { quietTask } from '../../src/task.ts'

function noise(size: Size): PreparedImage {
  const random = createRandom(3)
  const whole = { x: 0, y: 0, ...size }
  const data = Uint8Array.from({ length: size.width * size.height * 3 }, () => random.integer(256))
  return { ...size, data, frame: { source: size, size, visible: whole, content: whole } }
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-shipped-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe('plumb-s', () => {
  it('is small: at most 1.5 million parameters in at most 3 MB', async () => {
    const parameters = layers.reduce(
      (sum, layer) => sum + elementCount(weightShape(layer)) + layer.outputs,
      0,
    )
    expect(parameters).toBeLessThanOrEqual(1_500_000)
    const { length } = await readFile(shippedPath)
    expect(length).toBeGreaterThan(2 * parameters)
    expect(length).toBeLessThanOrEqual(3_000_000)
  })

  it('gives every stage with its channels and stride, at sizes that no stride divides too', async () => {
    const { weights, weightsId } = await openShippedWeights()
    const stages = plumbS.stages.map(({ name }) => name)
    const size = { width: 75, height: 50 }
    const backbone = await openBackbone({ id: 'plumb-s', weights, weightsId, stages, size, threads: 1 })
    const [features] = await backbone.extract([noise(size)])
    for (const [i, { channels, stride }] of plumbS.stages.entries()) {
      const rows = Math.ceil(size.height / stride)
      const cols = Math.ceil(size.width / stride)
      const map = features!.maps[i]!
      expect(map).toMatchObject({ channels, rows, cols })
      expect(map.data.every(Number.isFinite)).toBe(true)
      expect(new Set(map.data).size).toBeGreaterThan(channels) // it answers to the picture
    }
    await backbone.close()
  })
})

describe('the feature cache', () => {
  it('has other keys for other weights of the same network', async () => {
    const { weights } = await openShippedWeights()
    const fingerprintOf = async (weightsId: string): Promise<string> => {
      const size = { width: 32, height: 32 }
      const backbone = await openBackbone({
        id: 'plumb-s',
        weights,
        weightsId,
        stages: ['stage3'],
        size,
        threads: 1,
      })
      await backbone.close()
      return backbone.fingerprint
    }
    const [one, again, other] = await Promise.all(['sha256:1', 'sha256:1', 'sha256:2'].map(fingerprintOf))
    expect(one).toBe(again)
    expect(other).not.toBe(one)
  })
})

describe('openShippedWeights', () => {
  const failure = (path: string, expected?: string): Promise<unknown> =>
    openShippedWeights(path, expected).then(
      () => 'nothing was thrown',
      (error: unknown) => error,
    )

  it('opens the file that belongs to the program, known by its hash', async () => {
    const { weightsId, weights } = await openShippedWeights()
    expect(weightsId).toBe(`sha256:${shippedSha256}`)
    expect(weights.metadata.license).toBe('Apache-2.0')
    expect(weights.metadata.teacher).toMatch(/^mobilenet_v2 sha256:/)
    expect(weights.names().length).toBe(2 * layers.length)
  })

  it('refuses a file that is altered, truncated or absent, and names the way out', async () => {
    const bytes = await readFile(shippedPath)
    const path = join(folder, 'plumb-s.safetensors')
    const altered = bytes.with(bytes.length - 7, bytes.at(-7)! ^ 1)
    for (const content of [altered, bytes.subarray(0, 1000), new Uint8Array()]) {
      await writeFile(path, content)
      const error = await failure(path)
      expect(error).toBeInstanceOf(ModelError)
      const { message } = error as Error
      for (const part of [path, 'damaged or was replaced', shippedSha256, '--backbone filterbank']) {
        expect(message).toContain(part)
      }
    }
    const error = await failure(join(folder, 'none.safetensors'))
    expect(error).toBeInstanceOf(ModelError)
    expect((error as Error).message).toMatch(/is not there.*--backbone filterbank, which needs no file/)
  })
})

describe('resolveBackbone', () => {
  const resolveIn = (backbone: string | null) =>
    resolveBackbone({ backbone, weightsFolders: [folder] }, quietTask)

  it('takes a student of one own from the folder before the one of the program', async () => {
    const { weights } = await openShippedWeights()
    const tensors = layers.flatMap((layer) => {
      const shapes = { weight: weightShape(layer), bias: [layer.outputs] }
      return Object.entries(shapes).map(([part, shape]) => {
        const name = `${layer.name}.${part}`
        return { name, shape, data: weights.tensor(name, shape).data.map((value) => value / 2) }
      })
    })
    const bytes = encodeSafetensors(tensors, weights.metadata, 'F16')
    await writeFile(join(folder, 'plumb-s.safetensors'), bytes)
    for (const name of ['plumb-s', null]) {
      const found = await resolveIn(name)
      expect(found).toMatchObject({ id: 'plumb-s', weightsId: `sha256:${sha256(bytes)}` })
      expect(found.notice).toContain('none the registry knows')
    }
  })

  it('says nothing of the one of the program where it was asked for', async () => {
    expect(await resolveIn('plumb-s')).toMatchObject({ weightsId: `sha256:${shippedSha256}`, notice: null })
  })
})

describe('encodeSafetensors in half precision', () => {
  it('gives back what float16 can hold', async () => {
    const data = Float32Array.of(1, -0.5, 65504, 2 ** -24, 1 / 3)
    const bytes = encodeSafetensors([{ name: 'a', shape: [5], data }], { note: 'n' }, 'F16')
    const read = (await decodeSafetensors(bytes, 'a')).tensor('a', [5]).data
    expect([...read].slice(0, 4)).toEqual([...data].slice(0, 4))
    expect(Math.abs(read[4]! - 1 / 3)).toBeLessThan(2 ** -12)
  })
})
