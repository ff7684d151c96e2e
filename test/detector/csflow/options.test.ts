import { describe, expect, it } from 'vitest'
import { architecture } from '../../../src/backbone/architectures.ts'
import {
  chooseStages,
  csflowOptions,
  csflowPresets,
  decideSettings,
} from '../../../src/detector/csflow/options.ts'
import { UsageError } from '../../../src/errors.ts'

const seenBy = (id: string) => {
  const { stages, patchDefaults } = architecture(id)
  return { backbone: { id, weights: '', stages, patchDefaults } }
}
const defaults = csflowOptions.parse({})

describe('settings', () => {
  it('are those of the preset where nothing is said', () => {
    const { backbone } = seenBy('mobilenet_v2')
    expect(decideSettings(defaults, backbone)).toEqual({ ...csflowPresets.small, unitLength: true })
    expect(decideSettings(csflowOptions.parse({ preset: 'paper' }), backbone)).toEqual(csflowPresets.paper)
  })

  it('of the paper are those of the reference', () => {
    expect(csflowPresets.paper).toMatchObject({
      kernels: [3, 3, 3, 5],
      hidden: 1024,
      clamp: 3,
      epochs: 240,
      batch: 16,
      learningRate: 2e-4,
      weightDecay: 1e-5,
      maxGradientNorm: 1,
      peakShare: 1,
    })
  })

  it('bring cells to length 1 where the backbone asks for it', () => {
    expect(decideSettings(defaults, seenBy('filterbank').backbone).unitLength).toBe(false)
  })

  it('that are said win, false and nothing too', () => {
    const said = csflowOptions.parse({ preset: 'paper', epochs: 3, unitLength: true, weightDecay: 0 })
    expect(decideSettings(said, seenBy('filterbank').backbone)).toEqual({
      ...csflowPresets.paper,
      epochs: 3,
      unitLength: true,
      weightDecay: 0,
    })
  })

  it.each([
    { kernels: [2] },
    { kernels: [] },
    { magnify: 3 },
    { epochs: 0 },
    { standardise: 'some' },
    { peakShare: 0 },
  ])('refuse %j', (wrong) => expect(csflowOptions.safeParse(wrong).success).toBe(false))
})

describe('stages', () => {
  it('are the reference’s on its backbone', () => {
    expect(chooseStages(seenBy('efficientnet_b5'), defaults)).toEqual({ names: ['features.6'], stride: 32 })
    const b5 = architecture('efficientnet_b5').stages.find(({ name }) => name === 'features.6')
    expect(b5?.channels).toBe(304)
  })

  it('are the backbone’s own coarsest ones elsewhere', () => {
    expect(chooseStages(seenBy('filterbank'), defaults)).toEqual({ names: ['scale3'], stride: 16 })
    expect(chooseStages(seenBy('resnet18'), defaults)).toEqual({ names: ['layer3'], stride: 16 })
  })

  it('must be of one stride', () => {
    const mixed = csflowOptions.parse({ stages: ['layer2', 'layer3'] })
    expect(() => chooseStages(seenBy('resnet18'), mixed)).toThrow(UsageError)
    expect(() => chooseStages(seenBy('resnet18'), mixed)).toThrow('layer2, layer3 of 8, 16')
  })
})
