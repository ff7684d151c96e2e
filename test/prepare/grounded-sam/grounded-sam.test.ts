/** From a prompt to masks through the real package, with models of a few kilobytes that look for what is bright. No network. */
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ModelError, UsageError } from '../../../src/errors.ts'
import { encodePng } from '../../../src/image/encode-image.ts'
import type { Image, Rect, Size } from '../../../src/image/image.ts'
import type { PrepareOptions } from '../../../src/options/requests/prepare.ts'
import { type Outside, openGroundedSam } from '../../../src/prepare/grounded-sam/open-grounded-sam.ts'
import type { GroundedSamSettings, ModelFiles } from '../../../src/prepare/grounded-sam/settings.ts'
import { loadTransformers } from '../../../src/prepare/grounded-sam/transformers.ts'
import type { Segmentation } from '../../../src/prepare/segmenter.ts'
import { prepareDataset } from '../../../src/run/prepare/prepare-dataset.ts'
import { quietTask } from '../../../src/task.ts'
import { requestFor } from '../request-for.ts'
import { absence, hasPackage, scores, side, tinySettings, writeTinyModels } from './tiny-models.ts'

let folder = ''
let models = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-words-'))
  models = join(folder, 'models')
  writeTinyModels(models)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const square: Size = { width: side, height: side }

function photograph(objects: readonly Rect[], { width, height }: Size = square): Image {
  const isIn = (x: number, y: number) =>
    objects.some((o) => x >= o.x && y >= o.y && x < o.x + o.width && y < o.y + o.height)
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++)
    data.fill(isIn(i % width, Math.floor(i / width)) ? 230 : 25, 3 * i, 3 * i + 3)
  return { width, height, data }
}

const object: Rect = { x: 6, y: 9, width: 12, height: 10 }

const where = (): ModelFiles => ({ folder: models, lock: null, mayDownload: false })

async function segment(
  image: Image,
  more: Partial<GroundedSamSettings> = {},
  outside: Outside = {},
): Promise<Segmentation> {
  const { open } = await openGroundedSam({ ...tinySettings, ...more }, where(), 1, quietTask, outside)
  const segmenter = await open()
  try {
    return await segmenter.segment(image, null)
  } finally {
    await segmenter.close()
  }
}

const pixelsOf = ({ mask }: Segmentation): number => mask!.data.reduce((sum, bit) => sum + bit, 0)

describe.skipIf(!hasPackage)(`a prompt becomes a mask${absence}`, () => {
  it('that is the object, of the best box', async () => {
    const found = await segment(photograph([object]))
    const truth = photograph([object])
      .data.filter((_, i) => i % 3 === 0)
      .map((value) => (value > 128 ? 1 : 0))
    expect(found.mask).toMatchObject(square)
    expect([...found.mask!.data]).toEqual([...truth])
    expect(found.confidence).toBeCloseTo(scores.bright * 0.9, 3)
    // The duplicate overlaps the best box by 1 / 1.05 and is suppressed, the left half is not.
    expect(found.objects).toBe(2)
    expect(found.notes).toEqual([])
  })

  it('in photographs of other sizes, with SAM 2 and with SAM', async () => {
    const wide: Size = { width: 96, height: 60 }
    const large: Rect = { x: 24, y: 15, width: 36, height: 27 }
    for (const maskModel of ['tiny/sam2', 'tiny/sam']) {
      const found = await segment(photograph([large], wide), { maskModel, boxThreshold: 0.6 })
      expect(found.mask).toMatchObject(wide)
      const overlap = found.mask!.data.reduce((sum, bit, i) => {
        const [x, y] = [i % wide.width, Math.floor(i / wide.width)]
        return sum + (bit && x >= 24 && x < 60 && y >= 15 && y < 42 ? 1 : 0)
      }, 0)
      const iou = overlap / (pixelsOf(found) + large.width * large.height - overlap)
      expect(iou, maskModel).toBeGreaterThan(0.85)
    }
  })

  it('of all boxes together, as sure as the least sure', async () => {
    const pair = [object, { x: 22, y: 9, width: 8, height: 10 }]
    const union = await segment(photograph(pair), { pick: 'union' })
    expect(union.objects).toBe(1)
    expect(union.confidence).toBeCloseTo(scores.leftHalf * 0.9, 3)
    expect(union.notes).toEqual(['found as "chain"'])
    expect(pixelsOf(union)).toBe(200)
  })

  it('with the boxes that the thresholds leave', async () => {
    const count = async (more: Partial<GroundedSamSettings>) =>
      (await segment(photograph([object]), more)).objects
    expect(await count({ nms: 1 })).toBe(3)
    expect(await count({ nms: 1, boxThreshold: 0.05 })).toBe(4)
    expect(await count({ nms: 0 })).toBe(1)
    expect(await count({ boxThreshold: 0.6 })).toBe(1)
  })

  it('and says which words were found, where not all were', async () => {
    const { notes } = await segment(photograph([object]), { textThreshold: 0.8 })
    expect(notes).toEqual(['no single word of the prompt was decisive'])
  })

  it('or nothing, with the best score there was', async () => {
    expect(await segment(photograph([]))).toEqual({
      mask: null,
      confidence: null,
      objects: 0,
      notes: ['nothing in it is like "A metal chain link": the best score is 0, --box-threshold is 0.3'],
    })
  })

  it('without a trace in the settings of the package, and without a cache', async () => {
    const { env } = await loadTransformers()
    const before = { ...env }
    const listed = readdirSync(models, { recursive: true }).sort()
    await segment(photograph([object]))
    expect({ ...env }).toEqual(before)
    expect(readdirSync(models, { recursive: true }).sort()).toEqual([...listed, 'models.lock.json'].sort())
  })
})

describe.skipIf(!hasPackage)(`models that cannot be used are named${absence}`, () => {
  const fails = (more: Partial<GroundedSamSettings> = {}) => segment(photograph([object]), more)
  const file = (name: string): string => join(models, name)

  it('where a file is missing', async () => {
    rmSync(file('tiny/sam2/onnx/vision_encoder.onnx'))
    await expect(fails()).rejects.toThrow(ModelError)
    await expect(fails()).rejects.toThrow(`${file('tiny/sam2/onnx/vision_encoder.onnx')}: is missing`)
    await expect(fails({ detectorModel: 'nobody/nothing' })).rejects.toThrow(
      `${file('nobody/nothing/config.json')}: is missing`,
    )
    await expect(fails({ precision: 'q8' })).rejects.toThrow(
      'tiny/detector/onnx/model_quantized.onnx: is missing',
    )
  })

  it('where a file is another than before', async () => {
    await fails()
    appendFileSync(file('tiny/detector/tokenizer.json'), ' ')
    await expect(fails()).rejects.toThrow(
      /tiny\/detector\/tokenizer.json: is not the file that .*models.lock.json pins: expected sha256 [\da-f]{64}, got [\da-f]{64}/,
    )
  })

  it('where a file is no network, no settings, or of another kind', async () => {
    writeFileSync(file('tiny/sam/onnx/prompt_encoder_mask_decoder.onnx'), 'torn')
    await expect(fails({ maskModel: 'tiny/sam' })).rejects.toThrow(`${file('tiny/sam')}: cannot be loaded: `)
    await expect(fails({ maskModel: 'tiny/detector' })).rejects.toThrow('vision_encoder.onnx: is missing')
    writeFileSync(file('tiny/sam2/config.json'), '{"model_type":"sam9"}')
    await expect(fails()).rejects.toThrow(
      `${file('tiny/sam2/config.json')}: is a model of type sam9, expected sam or sam2 or edgetam or sam3_tracker`,
    )
    rmSync(file('models.lock.json'))
    writeFileSync(file('tiny/sam2/config.json'), 'torn')
    await expect(fails()).rejects.toThrow('expected the settings of a model, as JSON')
  })

  it('where a network takes other tensors', async () => {
    renameSync(file('tiny/sam2/onnx/vision_encoder.onnx'), file('tiny/detector/onnx/model.onnx'))
    writeTinyModels(join(folder, 'whole'))
    renameSync(
      join(folder, 'whole/tiny/sam2/onnx/vision_encoder.onnx'),
      file('tiny/sam2/onnx/vision_encoder.onnx'),
    )
    await expect(fails()).rejects.toThrow(
      'model: expected inputs pixel_values, input_ids, perhaps pixel_mask, token_type_ids, attention_mask; got pixel_values',
    )
  })

  it('where SAM takes points, which many of its exports do', async () => {
    writeFileSync(file('tiny/sam2/config.json'), '{"model_type":"sam"}')
    await expect(fails()).rejects.toThrow(
      /prompt_encoder_mask_decoder: expected inputs input_boxes, perhaps image_embeddings.0, .*; got input_points, input_labels, input_boxes/,
    )
  })

  it('where the network is for another size', async () => {
    const settings = { do_resize: true, size: { width: 16, height: 16 }, do_normalize: false }
    writeFileSync(file('tiny/detector/preprocessor_config.json'), JSON.stringify(settings))
    await expect(fails()).rejects.toThrow(`${file('tiny/detector')}: cannot be run: `)
  })

  it.each(['../outside', '/etc/passwd', 'a/b/c', 'a\\b', 'owner/..', 'owner/name@main', 'owner', 'c:/x'])(
    'where %s is no name',
    async (detectorModel) => {
      await expect(fails({ detectorModel })).rejects.toThrow(
        `--detector-model: expected owner/name or owner/name@commit, got "${detectorModel}"`,
      )
    },
  )

  it('where the prompt is too long', async () => {
    await expect(fails({ prompt: 'metal '.repeat(300) })).rejects.toThrow(
      '--prompt: expected at most 256 tokens, got 303',
    )
  })
})

it('a package that is not installed is named with the command that installs it', async () => {
  const load = () => Promise.reject(Object.assign(new Error('absent'), { code: 'ERR_MODULE_NOT_FOUND' }))
  const opening = segment(photograph([object]), {}, { load })
  await expect(opening).rejects.toThrow(UsageError)
  await expect(opening).rejects.toThrow('npm install @huggingface/transformers@4.3.1')
  const { devDependencies, peerDependencies } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'),
  )
  expect(devDependencies['@huggingface/transformers']).toBe('4.3.1')
  expect(peerDependencies['@huggingface/transformers']).toBe('4.3.1')
})

describe.skipIf(!hasPackage)(`prepareDataset with a prompt${absence}`, () => {
  const request = (more: Partial<PrepareOptions> = {}): PrepareOptions =>
    requestFor(folder, {
      segmenter: 'grounded-sam',
      masks: null,
      ...tinySettings,
      boxThreshold: 0.6,
      models,
      ...more,
    })

  async function writePhotographs(): Promise<void> {
    await mkdir(join(folder, 'in/good'), { recursive: true })
    for (let i = 0; i < 5; i++) {
      const objects = i === 4 ? [] : [{ ...object, x: 3 + 2 * i }]
      writeFileSync(join(folder, `in/good/${i}.png`), await encodePng(photograph(objects)))
    }
    writeFileSync(join(folder, 'in/good/5.png'), 'no picture')
  }

  it('keeps every image, marks what was not found, and records the models', async () => {
    await writePhotographs()
    const made = await prepareDataset(request(), quietTask)
    expect(made.canvas).toMatchObject({ width: 12, height: 10 })
    expect(made.images.map(({ marks }) => marks)).toEqual([
      [],
      [],
      [],
      [],
      ['nothing-found', 'larger-than-canvas'], // kept whole, as every segmenter has it
    ])
    expect(made.failures).toHaveLength(1)
    expect(made.images[0]!.confidence).toBeCloseTo(scores.bright * 0.9, 3)
    const { models: recorded } = made.segmenter.detail as { models: Record<string, { files: object }> }
    const lock = JSON.parse(readFileSync(join(models, 'models.lock.json'), 'utf8'))
    expect(recorded).toEqual(lock.models)
    expect(Object.keys(recorded['tiny/sam2']!.files)).toEqual([
      'config.json',
      'onnx/prompt_encoder_mask_decoder.onnx',
      'onnx/vision_encoder.onnx',
      'preprocessor_config.json',
    ])
    expect(JSON.stringify(made.options)).not.toContain(models)
  })

  it('gives the same on two threads, and goes on from another models folder of the same files', async () => {
    await writePhotographs()
    const one = await prepareDataset(request(), quietTask)
    const two = await prepareDataset(request({ out: join(folder, 'two'), threads: 2 }), quietTask)
    expect(two).toEqual(one)
    renameSync(models, join(folder, 'moved'))
    const again = request({ models: join(folder, 'moved'), allowDownload: true })
    expect(await prepareDataset(again, quietTask)).toEqual(one)
  })

  it.each(['prompt', 'models'] as const)('is wrong usage without %s', async (name) => {
    await writePhotographs()
    const asked = request({ [name]: undefined })
    await expect(prepareDataset(asked, quietTask)).rejects.toThrow(`needs --${name}`)
  })

  it('is wrong usage with a prompt without words', async () => {
    await writePhotographs()
    const empty = prepareDataset(request({ prompt: ' . ' }), quietTask)
    await expect(empty).rejects.toThrow(UsageError)
    await expect(empty).rejects.toThrow('--prompt: expected words such as "a metal chain link", got " . "')
  })
})
