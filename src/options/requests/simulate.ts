/** What may be asked of `simulateDataset`. */
import { didYouMean } from '../../math/nearest-name.ts'
import { allDefectKinds, defectKinds } from '../../simulate/defect-kinds.ts'
import { pathologyNames } from '../../simulate/pathologies/pathology-names.ts'
import { backgrounds, objectNames } from '../../simulate/render-spec.ts'
import {
  checkSimulateOptions,
  type SimulateOptions as Forging,
  simulateDefaults,
} from '../../simulate/simulate-options.ts'
import { bad, choice, good, type Notation, noted, pairs, path, size, wholeNumber } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import type { Values } from '../option.ts'
import { seedOption } from '../protocol-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'

const { parts, defectiveParts, imagesPerPart, width, height, angles, lots } = simulateDefaults

const angleRange: Notation<readonly [from: number, to: number]> = {
  placeholder: 'FROM..TO',
  parse(text) {
    const [, from, to] = /^([+-]?\d+(?:\.\d+)?)\.\.([+-]?\d+(?:\.\d+)?)$/.exec(text) ?? []
    const range = [Number(from), Number(to)] as const
    return range[0] <= range[1] && range.every((angle) => Math.abs(angle) <= 360)
      ? good(range)
      : bad(`expected FROM..TO within -360..360 degrees, rising, got "${text}"`)
  },
  format: (range) => range.join('..'),
  is: (raw): raw is readonly [number, number] =>
    Array.isArray(raw) && raw.length === 2 && raw.every((angle) => typeof angle === 'number'),
}

const kindList: Notation<readonly string[]> = {
  placeholder: 'KIND,KIND',
  parse(text) {
    const kinds = text.split(',')
    const unknown = kinds.find((kind) => !allDefectKinds.includes(kind))
    if (unknown === undefined) return good(kinds)
    const hint = didYouMean(unknown, allDefectKinds)
    return bad(`expected some of ${allDefectKinds.join(', ')}, with commas between, got "${text}"${hint}`)
  },
  format: (kinds) => kinds.join(','),
  is: (raw): raw is readonly string[] => Array.isArray(raw) && raw.every((kind) => typeof kind === 'string'),
}

const options = {
  out: path({
    help: 'Folder for the dataset: new, empty, or begun with the same options.',
    placeholder: 'DIR',
    isRequired: true,
  }),
  object: choice(objectNames, {
    help: 'What the parts are: forged links, turned rings, stamped plates, or woven cloth.',
    default: simulateDefaults.object,
  }),
  parts: wholeNumber({ help: 'Parts without defects.', min: 1, max: 100_000, default: parts }),
  defectiveParts: wholeNumber({
    help: 'Parts with a defect; from their good side they look nominal.',
    min: 0,
    max: 100_000,
    default: defectiveParts,
  }),
  imagesPerPart: wholeNumber({ help: 'Photographs of each part.', min: 1, max: 360, default: imagesPerPart }),
  angles: noted(angleRange, {
    help: 'Rotation of the first and the last photograph of a part, in degrees.',
    default: angles,
    defaultText: angles.join('..'),
  }),
  defects: noted(kindList, {
    help: `Kinds of defects, dealt out in turn: ${Object.entries(defectKinds)
      .map(([object, kinds]) => `${object} ${kinds.join(', ')}`)
      .join('; ')}.`,
    defaultText: 'all that the object can have',
  }),
  background: choice(backgrounds, {
    help: 'What stands behind the part.',
    default: simulateDefaults.background,
  }),
  lots: wholeNumber({
    help: 'Production lots, each with its marks, tools and shade.',
    min: 1,
    max: 50,
    default: lots,
  }),
  pathologies: pairs({
    help: `Something wrong with the dataset, strength 0 (healthy) to 1; repeatable: ${pathologyNames.join(', ')}.`,
    placeholder: 'NAME=STRENGTH',
    named: 'pathology',
  }),
  size: size({
    help: 'Size of the photographs in pixels.',
    default: { width, height },
    defaultText: `${width}x${height}`,
  }),
  seed: { ...seedOption.seed, group: 'Options' },
  threads: { ...machineOptions.threads, group: 'Options' },
}

export const simulateAsk = defineAsk({
  caller: 'simulateDataset',
  options,
  check: (request) => checkSimulateOptions(forgingOf(request)),
})

export type SimulateOptions = OptionsOf<typeof simulateAsk>
export type SimulateRequest = RequestOf<typeof simulateAsk>

/** What `simulate/` is told; names and strengths of pathologies are checked there. */
export function forgingOf(request: Values<typeof options>): Forging {
  const { out, seed, object, parts, defectiveParts, imagesPerPart, size, angles, background, defects } =
    request
  return {
    ...{ out, seed, object, parts, defectiveParts, imagesPerPart, ...size, angles, background, defects },
    lots: request.lots,
    pathologies: request.pathologies as Forging['pathologies'],
    workers: request.threads,
  }
}
