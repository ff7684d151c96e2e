/**
 * Models of a few kilobytes with the signatures of the real ones, in the hub's layout: the detector finds what is bright, and the
 * outliner says which pixels of a box are.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { GraphBuilder, type Value } from '../../../src/graph/graph.ts'
import { add, greater, logicalAnd, mul, sub, where } from '../../../src/graph/ops-elementwise.ts'
import { reduceMax, reduceMean, reduceMin } from '../../../src/graph/ops-reduce.ts'
import { concat, expand, reshape, slice } from '../../../src/graph/ops-shape.ts'
import type { GroundedSamSettings } from '../../../src/prepare/grounded-sam/settings.ts'

export const hasPackage = ((): boolean => {
  try {
    createRequire(import.meta.url).resolve('@huggingface/transformers')
    return true
  } catch {
    return false
  }
})()
export const absence = hasPackage ? '' : ' [@huggingface/transformers is absent]'

/** Side of the square that both networks see. */
export const side = 32
/** [CLS] a metal chain link . [SEP] */
export const prompt = 'A metal chain link'
const tokens = 7

export const tinySettings: GroundedSamSettings = {
  prompt,
  detectorModel: 'tiny/detector',
  maskModel: 'tiny/sam2',
  precision: 'fp32',
  boxThreshold: 0.3,
  textThreshold: 0.25,
  nms: 0.8,
  pick: 'best',
}

/** Scores that the detector gives, where something is bright. */
export const scores = { bright: 0.75, duplicate: 0.5, leftHalf: 0.4, whole: 0.1 }

export function writeTinyModels(folder: string): void {
  const write = (name: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  const json = (name: string, content: unknown): void => write(name, JSON.stringify(content))
  json('tiny/detector/config.json', { model_type: 'grounding-dino' })
  json('tiny/detector/preprocessor_config.json', resizing({ height: side, width: side }))
  json('tiny/detector/tokenizer.json', tokenizer)
  json('tiny/detector/tokenizer_config.json', {
    tokenizer_class: 'BertTokenizer',
    model_max_length: 512,
    ...special,
  })
  write('tiny/detector/onnx/model.onnx', detector())
  for (const kind of ['sam', 'sam2'] as const) {
    json(`tiny/${kind}/config.json`, { model_type: kind })
    json(
      `tiny/${kind}/preprocessor_config.json`,
      kind === 'sam2'
        ? resizing({ height: side, width: side })
        : { ...resizing({ longest_edge: side }), do_pad: true, pad_size: { height: side, width: side } },
    )
    write(`tiny/${kind}/onnx/vision_encoder.onnx`, encoder(kind))
    write(`tiny/${kind}/onnx/prompt_encoder_mask_decoder.onnx`, decoder(kind))
  }
}

const resizing = (size: object): object => ({
  do_resize: true,
  size,
  resample: 2,
  do_rescale: true,
  do_normalize: false,
})

const special = {
  unk_token: '[UNK]',
  sep_token: '[SEP]',
  pad_token: '[PAD]',
  cls_token: '[CLS]',
  mask_token: '[MASK]',
}
const words = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  '.',
  'a',
  'metal',
  'chain',
  'li',
  '##nk',
  'link',
  'ring',
]
const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: words.slice(0, 5).map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: Object.fromEntries(
      ['[CLS]', '[SEP]'].map((id) => [id, { id, ids: [words.indexOf(id)], tokens: [id] }]),
    ),
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(words.map((word, id) => [word, id])),
  },
}

/** Brightness of each pixel, [side, side] in 0..1. */
const brightness = (pixels: Value): Value => reshape(reduceMean(pixels, [1]), [side, side])

const ramp = (graph: GraphBuilder, shape: readonly number[], of: (x: number, y: number) => number): Value =>
  graph.constant(
    Float32Array.from({ length: side * side }, (_, i) => of(i % side, Math.floor(i / side))),
    shape,
  )

const logit = (p: number): number => Math.log(p / (1 - p))

/** Four queries: the box of all that is bright, the same a little larger, its left half, and everything. */
function detector(): Uint8Array {
  const graph = new GraphBuilder('tiny-detector')
  const pixels = graph.input('pixel_values', 'float32', [1, 3, side, side])
  graph.input('pixel_mask', 'int64', [1, side, side])
  for (const name of ['input_ids', 'attention_mask', 'token_type_ids'])
    graph.input(name, 'int64', [1, tokens])
  const isBright = greater(brightness(pixels), 0.5)
  const edge = (of: (x: number, y: number) => number, isLow: boolean): Value => {
    const at = where(isBright, ramp(graph, [side, side], of), isLow ? 2 : -1)
    return reshape((isLow ? reduceMin : reduceMax)(at, [0, 1]), [1])
  }
  const left = edge((x) => x / side, true)
  const top = edge((_, y) => y / side, true)
  const right = edge((x) => (x + 1) / side, false)
  const bottom = edge((_, y) => (y + 1) / side, false)
  const [width, height] = [sub(right, left), sub(bottom, top)]
  const [x, y] = [mul(add(left, right), 0.5), mul(add(top, bottom), 0.5)]
  const box = (...numbers: readonly Value[]): Value => reshape(concat(numbers, 0), [1, 1, 4])
  const boxes = [
    box(x, y, width, height),
    box(x, y, mul(width, 1.05), height),
    box(sub(x, mul(width, 0.25)), y, mul(width, 0.5), height),
    box(...[0.5, 0.5, 1, 1].map((value) => graph.constant(Float32Array.of(value), [1]))),
  ]
  graph.output('pred_boxes', concat(boxes, 1))
  // Tokens: [CLS] a metal chain link . [SEP]. The second query is for "chain" alone.
  const row = (score: number, few = false): number[] =>
    Array.from({ length: tokens }, (_, i) => {
      if (i === 0 || i > 4) return -8
      return few && i !== 3 ? -8 : logit(score)
    })
  const rows = [row(scores.bright), row(scores.duplicate), row(scores.leftHalf, true), row(scores.whole)]
  const logits = graph.constant(Float32Array.from(rows.flat()), [1, rows.length, tokens])
  const isAny = reshape(reduceMax(brightness(pixels), [0, 1]), [1, 1, 1])
  graph.output('logits', where(expand(greater(isAny, 0.5), [1, rows.length, tokens]), logits, -8))
  return graph.build().bytes
}

const embeddings = {
  sam: ['image_embeddings', 'image_positional_embeddings'],
  sam2: ['image_embeddings.0', 'image_embeddings.1', 'image_embeddings.2'],
}

function encoder(kind: keyof typeof embeddings): Uint8Array {
  const graph = new GraphBuilder(`tiny-${kind}-encoder`)
  const pixels = graph.input('pixel_values', 'float32', [1, 3, side, side])
  for (const [i, name] of embeddings[kind].entries())
    graph.output(name, reshape(mul(brightness(pixels), i + 1), [1, 1, side, side]))
  return graph.build().bytes
}

/** Three masks, of which the network thinks best of the second: what is bright in the box. The others are everything. */
function decoder(kind: keyof typeof embeddings): Uint8Array {
  const graph = new GraphBuilder(`tiny-${kind}-decoder`)
  if (kind === 'sam2') {
    graph.input('input_points', 'float32', [1, 1, 0, 2])
    graph.input('input_labels', 'int64', [1, 1, 0])
  }
  const box = graph.input('input_boxes', 'float32', [1, 1, 4])
  const seen = embeddings[kind].map((name) => graph.input(name, 'float32', [1, 1, side, side]))
  const all = [1, 1, 1, side, side]
  const corner = (i: number): Value =>
    expand(reshape(slice(box, { axis: 2, start: i, end: i + 1 }), [1, 1, 1, 1, 1]), all)
  const across = ramp(graph, all, (x) => x + 0.5)
  const down = ramp(graph, all, (_, y) => y + 0.5)
  const isInside = logicalAnd(
    logicalAnd(greater(across, corner(0)), greater(corner(2), across)),
    logicalAnd(greater(down, corner(1)), greater(corner(3), down)),
  )
  const bright = mul(sub(reshape(seen[0]!, all), 0.5), 8)
  const mask = where(isInside, bright, -4)
  const everything = graph.constant(new Float32Array(side * side).fill(4), all)
  graph.output('pred_masks', concat([everything, mask, everything], 2))
  graph.output('iou_scores', graph.constant(Float32Array.of(0.2, 0.9, 0.3), [1, 1, 3]))
  return graph.build().bytes
}
