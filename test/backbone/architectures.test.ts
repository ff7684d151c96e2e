/** Opening networks: real weights, weights that do not fit, batches, fingerprints. Long with tables of mistakes. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { architecture, architectures } from '../../src/backbone/architectures.ts'
import { foldBatchNorm } from '../../src/backbone/convolution.ts'
import { inputConvention, paddingFor } from '../../src/backbone/input-convention.ts'
import { type BackboneOptions, openBackbone } from '../../src/backbone/open-backbone.ts'
import { openWeights } from '../../src/backbone/resolve-weights.ts'
import type { WeightTensors } from '../../src/backbone/weight-tensors.ts'
import { ModelError, ShapeError, UsageError } from '../../src/errors.ts'
import { GraphBuilder } from '../../src/graph/graph.ts'
import { openSession } from '../../src/graph/session.ts'
import type { PreparedImage } from '../../src/image/image.ts'
import { createRandom } from '../../src/math/random.ts'
import { describeWith, weightsDir } from '../golden-dir.ts'
import { formulaWeights } from './formula-weights.ts'

const size = { width: 64, height: 48 }

/** Noise, another for each seed. */
function prepared(seed: number, { width, height } = size): PreparedImage {
  const random = createRandom(seed, 'pixels')
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256))
  const whole = { x: 0, y: 0, width, height }
  return {
    width,
    height,
    data,
    frame: { source: { width, height }, size: { width, height }, visible: whole, content: whole },
  }
}

const small: BackboneOptions = {
  id: 'resnet18',
  weights: formulaWeights(1),
  weightsId: 'sha256:formula',
  stages: ['layer1', 'layer2'],
  size,
  threads: 1,
}

async function extractOnce(options: BackboneOptions, images: readonly PreparedImage[]) {
  const backbone = await openBackbone(options)
  try {
    return await backbone.extract(images)
  } finally {
    await backbone.close()
  }
}

/** What a file of a network would hold up to a stage, by the formula; `dropped` are missing from it. */
function fileOf(id: string, deepest: string, dropped: readonly string[] = []): WeightTensors {
  const formula = formulaWeights(1)
  const shapes = new Map<string, readonly number[]>()
  const recorder = {
    ...formula,
    tensor(name: string, shape: readonly number[]) {
      shapes.set(name, shape)
      return formula.tensor(name, shape)
    },
  }
  const input = new GraphBuilder('record').input('x', 'float32', [1, 3, 64, 64])
  architecture(id).build(input, recorder, 'symmetric', deepest)
  for (const name of dropped) shapes.delete(name)
  const path = `${id}.safetensors`
  return {
    path,
    metadata: {},
    names: () => [...shapes.keys()],
    has: (name) => shapes.has(name),
    shape: (name) => shapes.get(name) ?? [],
    tensor(name, expected) {
      const shape = shapes.get(name)
      if (shape === undefined) throw new ModelError(path, `has no tensor ${name}`)
      if (shape.join() !== expected.join())
        throw new ModelError(path, `tensor ${name}: found [${shape.join(', ')}]`)
      return formula.tensor(name, shape)
    },
  }
}

describe('openBackbone', () => {
  it('gives the stages asked for, in that order, with the frames of the images', async () => {
    const image = prepared(1)
    const backbone = await openBackbone({ ...small, stages: ['layer2', 'layer1'] })
    expect(backbone.id).toBe('resnet18')
    expect(backbone.weights).toBe('sha256:formula')
    expect(backbone.inputSize).toEqual(size)
    expect(backbone.stages.map(({ name }) => name)).toEqual(['layer2', 'layer1'])
    const [features] = await backbone.extract([image])
    expect(features!.frame).toEqual(image.frame)
    expect(
      features!.maps.map(({ stage, channels, rows, cols, data }) => [
        stage,
        channels,
        rows,
        cols,
        data.length,
      ]),
    ).toEqual([
      ['layer2', 128, 6, 8, 128 * 48],
      ['layer1', 64, 12, 16, 64 * 192],
    ])
    expect(await backbone.extract([])).toEqual([])
    await backbone.close()
  })

  it.each(['resnet18', 'mobilenet_v2', 'efficientnet_b0', 'filterbank'])(
    'an image of %s has the same features, bit for bit, wherever it stands and whatever stands beside it',
    async (id) => {
      const stages = architecture(id).patchDefaults.stages
      const options = { ...small, id, stages, batch: 4, threads: 2 }
      const images = [1, 2, 3, 4, 5, 6].map((seed) => prepared(seed))
      const backbone = await openBackbone(options)
      const [alone] = await backbone.extract([images[2]!]) // the batch filled up
      const all = await backbone.extract(images) // a full batch and a part of one
      const turned = await backbone.extract(images.toReversed())
      await backbone.close()
      expect(all[2]).toEqual(alone)
      expect(turned.toReversed()).toEqual(all)
      expect(all[1]!.maps[0]!.data).not.toEqual(alone!.maps[0]!.data)
    },
  )

  it('scales pixels as the weights want them', async () => {
    const grey = { ...prepared(1), data: new Uint8Array(size.width * size.height * 3).fill(255) }
    const weights = { ...formulaWeights(1), metadata: { input: 'RGB, x/127.5-1' } }
    const own = await extractOnce({ ...small, weights }, [grey])
    const graph = new GraphBuilder('by hand')
    const ones = graph.constant(new Float32Array(3 * 48 * 64).fill(1), [1, 3, 48, 64])
    const stages = architecture('resnet18').build(ones, weights, 'symmetric', 'layer1')
    graph.output('layer1', stages.get('layer1')!)
    const session = await openSession(graph.build())
    const { layer1 } = await session.run({})
    await session.close()
    const worst = own[0]!.maps[0]!.data.reduce(
      (most, x, i) => Math.max(most, Math.abs(x - Number(layer1!.data[i]))),
      0,
    )
    expect(worst).toBeLessThan(1e-5)
  })

  it('has a fingerprint of everything that its numbers depend on, and of nothing else', async () => {
    const fingerprint = async (change: Partial<BackboneOptions>) => {
      const backbone = await openBackbone({ ...small, ...change })
      await backbone.close()
      return backbone.fingerprint
    }
    const plain = await fingerprint({})
    expect(plain).toMatch(/^[0-9a-f]{64}$/)
    expect(await fingerprint({ batch: 2, threads: 2 })).toBe(plain)
    const others = await Promise.all([
      fingerprint({ weightsId: 'sha256:other' }),
      fingerprint({ stages: ['layer1'] }),
      fingerprint({ stages: ['layer2', 'layer1'] }),
      fingerprint({ size: { width: 48, height: 64 } }),
      fingerprint({ weights: formulaWeights(1, { padding: 'tf-same' }) }),
      fingerprint({ weights: formulaWeights(1, { input: 'RGB, x/127.5-1' }) }),
      fingerprint({ id: 'mobilenet_v2', stages: ['features.1'] }),
    ])
    expect(new Set([plain, ...others]).size).toBe(others.length + 1)
  })

  it.each<[string, Partial<BackboneOptions>, string]>([
    [
      'an unknown backbone',
      { id: 'resnet81' },
      'no backbone named resnet81; known are mobilenet_v2, resnet18, wide_resnet50_2, efficientnet_b0, efficientnet_b5, dinov2_vits14, dinov2_vits14_reg4, dinov2_vitb14, plumb-s, filterbank; did you mean resnet18?',
    ],
    [
      'an unknown stage',
      { stages: ['layer5'] },
      'backbone resnet18 has no stage layer5; it has layer1, layer2, layer3, layer4; did you mean layer1?',
    ],
    ['no stage', { stages: [] }, 'expected one stage or more'],
    ['a stage twice', { stages: ['layer1', 'layer1'] }, 'none of them twice'],
    [
      'a small size',
      { size: { width: 64, height: 31 } },
      'backbone resnet18: size: expected whole numbers from 32, got 31',
    ],
    ['an odd batch', { batch: 0 }, 'backbone resnet18: batch: expected a whole number from 1, got 0'],
    ['an unknown device', { device: 'abacus' }, 'no device named abacus'],
  ])('refuses %s', async (_, change, message) => {
    const error = await openBackbone({ ...small, ...change }).catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(UsageError)
    expect((error as Error).message).toContain(message)
  })

  it('refuses an image of another size', async () => {
    const backbone = await openBackbone(small)
    const odd = prepared(1, { width: 48, height: 64 })
    await expect(backbone.extract([prepared(1), odd])).rejects.toThrow(ShapeError)
    await expect(backbone.extract([odd])).rejects.toThrow(
      'backbone resnet18: image: expected shape (width, height) of [64, 48], got [48, 64]',
    )
    await backbone.close()
  })
})

describe('weights that do not fit', () => {
  const openWith = (id: string, weights: WeightTensors | null) =>
    openBackbone({ ...small, id, stages: architecture(id).patchDefaults.stages, weights }).catch(
      (cause: unknown) => cause,
    )

  it.each([
    [
      'resnet18',
      fileOf('mobilenet_v2', 'features.2'),
      'resnet18 expects conv1.weight of shape [64, 3, 7, 7], but the file looks like mobilenet_v2',
    ],
    [
      'mobilenet_v2',
      fileOf('resnet18', 'layer1'),
      'mobilenet_v2 expects features.0.0.weight of shape [32, 3, 3, 3], but the file looks like resnet18',
    ],
    [
      'resnet18',
      fileOf('wide_resnet50_2', 'layer1'),
      'resnet18 expects layer1.0.conv1.weight of shape [64, 64, 3, 3], but the file looks like wide_resnet50_2',
    ],
    [
      'efficientnet_b0',
      fileOf('efficientnet_b5', 'features.1'),
      'efficientnet_b0 expects features.0.0.weight of shape [32, 3, 3, 3], but the file looks like efficientnet_b5',
    ],
    ['efficientnet_b5', fileOf('efficientnet_b0', 'features.1'), 'but the file looks like efficientnet_b0'],
    ['wide_resnet50_2', fileOf('efficientnet_b0', 'features.1'), 'but the file looks like efficientnet_b0'],
    [
      'resnet18',
      fileOf('resnet18', 'layer1'),
      'has no tensor layer2.0.conv1.weight; resnet18 expects layer2.0.conv1.weight of shape [128, 64, 3, 3]',
    ],
    [
      'mobilenet_v2',
      fileOf('mobilenet_v2', 'features.16', ['features.7.conv.1.1.running_var']),
      'has no tensor features.7.conv.1.1.running_var',
    ],
    [
      'resnet18',
      {
        ...fileOf('resnet18', 'layer1'),
        names: () => ['visual.proj'],
        has: () => false,
        tensor: fileOf('mobilenet_v2', 'features.1').tensor,
      },
      'the file has names such as visual.proj, like no network known here',
    ],
    [
      'resnet18',
      { ...formulaWeights(1), metadata: { padding: 'sideways' } },
      'metadata padding: expected one of "symmetric", "tf-same", "tf-same-456", found "sideways"',
    ],
    ['resnet18', { ...formulaWeights(1), metadata: { input: 'BGR' } }, 'metadata input: expected one of'],
    ['resnet18', null, 'resnet18: needs weights, and none were given'],
  ] as const)('%s: %#', async (id, weights, message) => {
    const error = await openWith(id, weights)
    expect(error).toBeInstanceOf(ModelError)
    expect((error as Error).message).toContain(message)
  })
})

describe('padding', () => {
  it.each([
    ['symmetric', [64, 64], 3, 2, [1, 1, 1, 1]],
    ['symmetric', [64, 64], 7, 2, [3, 3, 3, 3]],
    ['symmetric', [64, 64], 1, 1, [0, 0, 0, 0]],
    ['tf-same', [64, 64], 3, 1, [1, 1, 1, 1]],
    ['tf-same', [64, 64], 3, 2, [0, 0, 1, 1]],
    ['tf-same', [65, 64], 3, 2, [1, 0, 1, 1]],
    ['tf-same', [64, 65], 5, 2, [1, 2, 2, 2]],
    ['tf-same', [64, 64], 1, 2, [0, 0, 0, 0]],
    ['tf-same-456', [64, 64], 3, 2, [0, 0, 1, 1]],
  ] as const)('%s of %j, window %i, stride %i', (rule, extents, kernel, stride, sides) => {
    expect(paddingFor(rule, extents, kernel, stride)).toEqual(sides)
  })

  it('of tf-same-456 goes by where an image of 456 pixels would be', () => {
    expect(paddingFor('tf-same-456', [16, 16], 3, 2, 8)).toEqual([1, 1, 1, 1]) // 57 pixels
    expect(paddingFor('tf-same-456', [8, 8], 5, 2, 16)).toEqual([2, 2, 2, 2]) // 29 pixels
  })

  it("is PyTorch's, with ImageNet's mean and deviation, where the file says nothing", () => {
    const { padding, normalisation } = inputConvention(formulaWeights(1))
    expect(padding).toBe('symmetric')
    expect(normalisation.mean[0]).toBeCloseTo(123.675, 10)
    expect(normalisation.deviation[2]).toBeCloseTo(57.375, 10)
  })
})

describe('foldBatchNorm', () => {
  it('makes one convolution of a convolution and its batch norm', () => {
    const norm = {
      scale: Float32Array.of(2, 1),
      shift: Float32Array.of(0.5, -1),
      mean: Float32Array.of(3, 0),
      variance: Float32Array.of(3, 0),
    }
    const folded = foldBatchNorm(Float32Array.of(1, 2, 3, 4), norm, 1)
    expect([...folded.weight]).toEqual([1, 2, 3, 4])
    expect([...folded.bias]).toEqual([-2.5, -1])
  })
})

describe('the list of architectures', () => {
  it.each(architectures)(
    '$id names its stages shallow to deep, and its own choice in that order',
    ({ stages, patchDefaults }) => {
      const names = stages.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
      expect(stages.map(({ stride }) => stride)).toEqual(
        stages.map(({ stride }) => stride).toSorted((a, b) => a - b),
      )
      expect(names.filter((name) => patchDefaults.stages.includes(name))).toEqual(patchDefaults.stages)
    },
  )
})

describeWith(weightsDir, 'the MobileNetV2 of google-coral/test_data', () => {
  const path = join(weightsDir, 'mobilenet_v2.safetensors')
  const stages = ['features.3', 'features.13', 'features.17']
  const openIt = async () =>
    openBackbone({ ...small, id: 'mobilenet_v2', weights: await openWeights('mobilenet_v2', path), stages })

  it('loads, batch norms folded as they are, and tells images apart', async () => {
    const backbone = await openIt()
    const [a, b] = await backbone.extract([prepared(1), prepared(2)])
    await backbone.close()
    for (const [i, { data, channels, rows, cols }] of a!.maps.entries()) {
      expect([channels, rows, cols]).toEqual(
        [
          [24, 12, 16],
          [96, 3, 4],
          [320, 2, 2],
        ][i],
      )
      expect(data.every(Number.isFinite)).toBe(true)
      expect(data).not.toEqual(b!.maps[i]!.data)
    }
  })

  it('is padded and scaled as its metadata say', async () => {
    const convention = inputConvention(await openWeights('mobilenet_v2', path))
    expect(convention.padding).toBe('tf-same')
    expect(convention.normalisation.mean).toEqual([127.5, 127.5, 127.5])
  })

  it('is no ResNet', async () => {
    const weights = await openWeights('mobilenet_v2', path)
    await expect(openBackbone({ ...small, weights })).rejects.toThrow('but the file looks like mobilenet_v2')
  })
})
