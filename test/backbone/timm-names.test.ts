import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../src/backbone/safetensors.ts'
import { withTorchvisionNames } from '../../src/backbone/timm-names.ts'

const open = (names: readonly string[]) =>
  decodeSafetensors(
    encodeSafetensors(
      names.map((name, i) => ({ name, shape: [1], data: Float32Array.of(i) })),
      { format: 'pt' },
    ),
    'timm.safetensors',
  )

/** Pairs of timm's and torchvision's names, read off the two state dictionaries. */
const mobilenet = [
  ['conv_stem.weight', 'features.0.0.weight'],
  ['bn1.running_mean', 'features.0.1.running_mean'],
  ['blocks.0.0.conv_dw.weight', 'features.1.conv.0.0.weight'],
  ['blocks.0.0.bn1.bias', 'features.1.conv.0.1.bias'],
  ['blocks.0.0.conv_pw.weight', 'features.1.conv.1.weight'],
  ['blocks.0.0.bn2.weight', 'features.1.conv.2.weight'],
  ['blocks.1.0.conv_pw.weight', 'features.2.conv.0.0.weight'],
  ['blocks.1.0.bn1.weight', 'features.2.conv.0.1.weight'],
  ['blocks.1.1.conv_dw.weight', 'features.3.conv.1.0.weight'],
  ['blocks.2.0.bn2.running_var', 'features.4.conv.1.1.running_var'],
  ['blocks.2.1.conv_pwl.weight', 'features.5.conv.2.weight'],
  ['blocks.2.10.bn3.weight', 'features.6.conv.3.weight'],
  ['conv_head.weight', 'features.7.0.weight'],
  ['bn2.weight', 'features.7.1.weight'],
  ['classifier.weight', 'classifier.1.weight'],
] as const

const efficientnet = [
  ['conv_stem.weight', 'features.0.0.weight'],
  ['blocks.0.0.conv_dw.weight', 'features.1.0.block.0.0.weight'],
  ['blocks.0.0.se.conv_reduce.bias', 'features.1.0.block.1.fc1.bias'],
  ['blocks.0.1.se.conv_expand.weight', 'features.1.1.block.1.fc2.weight'],
  ['blocks.0.1.conv_pw.weight', 'features.1.1.block.2.0.weight'],
  ['blocks.0.1.bn2.weight', 'features.1.1.block.2.1.weight'],
  ['blocks.1.0.conv_pw.weight', 'features.2.0.block.0.0.weight'],
  ['blocks.4.2.bn2.bias', 'features.5.2.block.1.1.bias'],
  ['blocks.4.2.se.conv_reduce.weight', 'features.5.2.block.2.fc1.weight'],
  ['blocks.6.0.conv_pwl.weight', 'features.7.0.block.3.0.weight'],
  ['blocks.6.0.bn3.num_batches_tracked', 'features.7.0.block.3.1.num_batches_tracked'],
  ['conv_head.weight', 'features.8.0.weight'],
  ['bn2.running_var', 'features.8.1.running_var'],
] as const

describe('withTorchvisionNames', () => {
  it.each([
    ['mobilenet_v2', mobilenet],
    ['efficientnet_b0', efficientnet],
  ])('translates every name of %s and keeps the values with it', async (id, pairs) => {
    const weights = withTorchvisionNames(id, await open(pairs.map(([timm]) => timm)), { padding: 'tf-same' })
    expect(weights.names()).toEqual(pairs.map(([, torchvision]) => torchvision))
    for (const [i, [, torchvision]] of pairs.entries()) {
      expect(weights.has(torchvision)).toBe(true)
      expect(weights.tensor(torchvision, [1]).data[0]).toBe(i)
    }
    expect(weights.metadata).toEqual({ padding: 'tf-same', format: 'pt' })
    expect(() => weights.tensor('features.99.0.weight', [1])).toThrow('has no tensor features.99.0.weight')
  })

  it('leaves other files alone', async () => {
    const weights = await open(['features.0.0.weight'])
    expect(withTorchvisionNames('mobilenet_v2', weights, {})).toBe(weights)
  })
})
