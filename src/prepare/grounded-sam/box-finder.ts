/** The network that finds boxes for words: Grounding DINO. */
import { UsageError } from '../../errors.ts'
import type { Image } from '../../image/image.ts'
import { named } from '../../present.ts'
import { type FoundBoxes, findBoxes } from './find-boxes.ts'
import {
  checkNames,
  checkShape,
  floats,
  kindOf,
  load,
  loadNetworks,
  local,
  type Opening,
  rawImage,
  run,
} from './network.ts'
import { normalisePrompt } from './settings.ts'
import type { Networks, Transformers } from './transformers.ts'

export interface BoxFinder {
  find(image: Image): Promise<FoundBoxes>
  /** Words for token positions; empty for none. */
  wordsOf(tokens: readonly number[]): string
  close(): Promise<unknown>
}

/** Tokens that the detector was trained to take at most. */
const mostTokens = 256

/**
 * @throws {ModelError} The model is of another kind, cannot be loaded, or takes or gives other tensors.
 * @throws {UsageError} The prompt is too long.
 */
export async function openBoxFinder(hub: Transformers, opening: Opening): Promise<BoxFinder> {
  await kindOf(opening.folder, ['grounding-dino'])
  return loadNetworks(opening, hub, hub.GroundingDinoForObjectDetection, (networks) =>
    makeBoxFinder(hub, opening, networks),
  )
}

async function makeBoxFinder(
  hub: Transformers,
  { folder, settings }: Opening,
  networks: Networks,
): Promise<BoxFinder> {
  const session = named(networks.sessions, 'model')
  checkNames(folder, 'model', session, {
    needs: ['pixel_values', 'input_ids'],
    may: ['pixel_mask', 'token_type_ids', 'attention_mask'],
    gives: ['logits', 'pred_boxes'],
  })
  const tokenizer = await load(folder, hub, () => hub.BertTokenizer.from_pretrained(folder, local))
  const processor = await load(folder, hub, () =>
    hub.GroundingDinoImageProcessor.from_pretrained(folder, local),
  )
  const text = tokenizer(normalisePrompt(settings.prompt))
  const ids = named(text, 'input_ids').ort_tensor.data as BigInt64Array
  if (ids.length > mostTokens)
    throw new UsageError(`--prompt: expected at most ${mostTokens} tokens, got ${ids.length}`)
  return {
    async find(image) {
      const { pixel_values, pixel_mask } = await processor(rawImage(hub, image))
      const feeds = { ...text, pixel_values, ...(pixel_mask && { pixel_mask }) }
      const results = await run(folder, session, feeds)
      const [logits, boxes] = [named(results, 'logits'), named(results, 'pred_boxes')]
      const [, queries = 0, tokens = 0] = logits.dims
      checkShape(folder, 'logits', logits, [1, queries, tokens])
      checkShape(folder, 'pred_boxes', boxes, [1, queries, 4])
      return findBoxes(
        {
          logits: floats(folder, 'logits', logits),
          boxes: floats(folder, 'pred_boxes', boxes),
          queries,
          tokens,
        },
        image,
        settings,
        folder,
      )
    },
    wordsOf(tokens) {
      const found = tokens.flatMap((token) => ids[token] ?? [])
      if (found.length === 0) return ''
      // As the reference, which takes the dots between parts away.
      return tokenizer.decode(found, { skip_special_tokens: true }).replaceAll('.', '').trim()
    },
    close: () => networks.dispose(),
  }
}
