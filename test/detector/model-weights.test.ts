/** A model judges through the very weights it was fitted on, or not at all. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolveBackbone } from '../../src/backbone/resolve-weights.ts'
import { backboneOf, checkWeights } from '../../src/detector/model-weights.ts'
import { ModelError } from '../../src/errors.ts'
import { sha256 } from '../../src/files/hash.ts'
import { quietTask } from '../../src/task.ts'
import { temporaryFolder } from '../helpers/temporary-folder.ts'

type Weights = Parameters<typeof checkWeights>[1]
const bytes = Uint8Array.of(1, 2, 3)
const ofFile = (): { folder: string; weights: Weights } => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'weights.safetensors'), bytes)
  const weights = { kind: 'file', file: 'weights.safetensors', bytes: 3, sha256: sha256(bytes) }
  return { folder, weights: { ...weights, licence: null, source: null } as Weights }
}

describe('checkWeights', () => {
  it('takes the file as it was written, and no other', async () => {
    const { folder, weights } = ofFile()
    await checkWeights(folder, weights)
    for (const [altered, words] of [
      [Uint8Array.of(1, 2, 4), 'sha256 differs'],
      [Uint8Array.of(1, 2), 'expected 3 bytes, found 2'],
    ] as const) {
      writeFileSync(join(folder, 'weights.safetensors'), altered)
      await expect(checkWeights(folder, weights)).rejects.toThrow(words)
      await expect(checkWeights(folder, weights)).rejects.toBeInstanceOf(ModelError)
    }
    await expect(checkWeights(join(folder, 'none'), weights)).rejects.toBeInstanceOf(ModelError)
  })
})

describe('backboneOf', () => {
  it('refuses a file that is not the one it was fitted on', async () => {
    const { folder, weights } = ofFile()
    const card = { backbone: { id: 'resnet18', weights: 'sha256:0' }, weights }
    await expect(backboneOf(folder, card)).rejects.toThrow('was fitted on weights sha256:0, but holds')
  })

  it('refuses numbers that the program makes otherwise now, and weights of another name', async () => {
    const { weightsId } = await resolveBackbone({ backbone: 'filterbank', weightsFolders: [] }, quietTask)
    const made = (of: string, id = weightsId) => ({
      backbone: { id: 'filterbank', weights: id },
      weights: { kind: 'made', sha256: of } as Weights,
    })
    const refusal = await backboneOf('.', made('0')).then(
      () => '',
      (error: unknown) => String(error),
    )
    const own = /this program makes ([0-9a-f]{64})/.exec(refusal)![1]!
    expect((await backboneOf('.', made(own))).weightsId).toBe(weightsId)
    await expect(backboneOf('.', made(own, 'sha256:1'))).rejects.toThrow('weights sha256:1')
  })
})
