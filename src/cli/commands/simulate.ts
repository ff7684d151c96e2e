import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from '../../files/make-folder.ts'
import { didYouMean } from '../../math/nearest-name.ts'
import { allDefectKinds, defectKinds } from '../../simulate/defect-kinds.ts'
import { pathologyNames } from '../../simulate/pathologies/pathology-names.ts'
import { backgrounds, objectNames } from '../../simulate/render-spec.ts'
import {
  checkSimulateOptions,
  type SimulateOptions,
  simulateDefaults,
} from '../../simulate/simulate-options.ts'
import { defineCommand } from '../command.ts'
import { machineOptions, seedOption } from '../common-options.ts'
import type { Options, Parsed } from '../options.ts'

const { parts, defectiveParts, imagesPerPart, width, height, angles, lots } = simulateDefaults
const angleRange = /^([+-]?\d+(?:\.\d+)?)\.\.([+-]?\d+(?:\.\d+)?)$/

export const simulateOptions = {
  out: {
    type: 'path',
    placeholder: 'DIR',
    required: true,
    description: 'Folder for the dataset: new, empty, or begun with the same options.',
  },
  object: {
    type: 'choice',
    choices: objectNames,
    default: simulateDefaults.object,
    description: 'What the parts are: forged links, turned rings, stamped plates, or woven cloth.',
  },
  parts: {
    type: 'integer',
    placeholder: 'N',
    min: 1,
    max: 100_000,
    default: parts,
    description: 'Parts without defects.',
  },
  'defective-parts': {
    type: 'integer',
    placeholder: 'N',
    min: 0,
    max: 100_000,
    default: defectiveParts,
    description: 'Parts with a defect; from their good side they look nominal.',
  },
  'images-per-part': {
    type: 'integer',
    placeholder: 'N',
    min: 1,
    max: 360,
    default: imagesPerPart,
    description: 'Photographs of each part.',
  },
  angles: {
    type: 'text',
    placeholder: 'FROM..TO',
    default: angles.join('..'),
    description: 'Rotation of the first and the last photograph of a part, in degrees.',
    check: checkAngles,
  },
  defects: {
    type: 'text',
    placeholder: 'KIND,KIND',
    defaultText: 'all that the object can have',
    description: `Kinds of defects, dealt out in turn: ${Object.entries(defectKinds)
      .map(([object, kinds]) => `${object} ${kinds.join(', ')}`)
      .join('; ')}.`,
    check: checkDefects,
  },
  background: {
    type: 'choice',
    choices: backgrounds,
    default: simulateDefaults.background,
    description: 'What stands behind the part.',
  },
  lots: {
    type: 'integer',
    placeholder: 'N',
    min: 1,
    max: 50,
    default: lots,
    description: 'Production lots, each with its marks, tools and shade.',
  },
  pathology: {
    type: 'pairs',
    placeholder: 'NAME=STRENGTH',
    description: `Something wrong with the dataset, strength 0 (healthy) to 1; repeatable: ${pathologyNames.join(', ')}.`,
  },
  size: {
    type: 'size',
    placeholder: 'N|WxH',
    defaultText: `${width}x${height}`,
    description: 'Size of the photographs in pixels.',
  },
  seed: { ...seedOption.seed, group: 'Options' },
  threads: { ...machineOptions.threads, group: 'Options' },
} as const satisfies Options

export const simulate = defineCommand({
  name: 'simulate',
  summary: 'Render a dataset of forged parts with known defects, masks and part ids',
  operands: [],
  options: simulateOptions,
  examples: [
    'plumbline simulate --out parts',
    'plumbline simulate --out dents --parts 100 --defective-parts 40 --defects dent --angles -20..20 --size 256x256',
    'plumbline simulate --out husky --object ring --pathology background=1 --pathology blur=0.5',
  ],
  async run(parsed, _effects, task) {
    const request = simulateRequest(parsed)
    checkSimulateOptions(request)
    await makeFolder(request.out)
    const { simulateDataset } = await import('../../simulate/simulate-dataset.ts')
    const summary = await simulateDataset(request, task)
    const { images, parts, pathologies } = summary
    const sick = Object.entries(pathologies).map(([name, count]) => `, ${name} in ${count} images`)
    return {
      json: { dataset: request.out, manifest: join(request.out, 'manifest.csv'), ...summary },
      text:
        `${request.out}: ${images.nominal} nominal and ${images.anomalous} anomalous images of ` +
        `${parts.sound} sound and ${parts.defective} defective parts${sick.join('')}\n`,
    }
  },
})

export function simulateRequest({ values }: Parsed<typeof simulateOptions>): SimulateOptions {
  const [, from, to] = angleRange.exec(values.angles)!
  return {
    out: values.out,
    seed: values.seed,
    object: values.object,
    parts: values.parts,
    defectiveParts: values['defective-parts'],
    imagesPerPart: values['images-per-part'],
    width: values.size?.width ?? width,
    height: values.size?.height ?? height,
    angles: [Number(from), Number(to)],
    background: values.background,
    defects: values.defects?.split(',') ?? null,
    lots: values.lots,
    // Names and strengths are checked with the other options.
    pathologies: values.pathology as SimulateOptions['pathologies'],
    workers: values.threads ?? availableParallelism(),
  }
}

function checkAngles(text: string): string | undefined {
  const [, from, to] = angleRange.exec(text) ?? []
  const isRange = from !== undefined && to !== undefined && Number(from) <= Number(to)
  const isInside = Math.abs(Number(from)) <= 360 && Math.abs(Number(to)) <= 360
  return isRange && isInside ? undefined : `expected FROM..TO within -360..360 degrees, rising, got "${text}"`
}

function checkDefects(text: string): string | undefined {
  const unknown = text.split(',').find((kind) => !allDefectKinds.includes(kind))
  if (unknown === undefined) return
  const hint = didYouMean(unknown, allDefectKinds)
  return `expected some of ${allDefectKinds.join(', ')}, with commas between, got "${text}"${hint}`
}
