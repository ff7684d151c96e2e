/**
 * Guardrails on a model before pictures of a disc: a detector that minds just what it is told to, so that what a guardrail should
 * find is known.
 */
import { modelGuardrails } from '../../src/guardrail/model/catalogue.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import { quietTask } from '../../src/task.ts'
import {
  away,
  draw,
  type FittedOptions,
  fitted,
  type Look,
  type Scene,
  side,
} from '../../test/guardrail/model/fitted.ts'
import type { PitfallCase } from './pitfall-case.ts'

export interface DiscCase extends Pick<PitfallCase, 'guardrail' | 'illness' | 'doses'> {
  /** Whether it reports anything but a note; at a dose, null for a healthy world. */
  isFound(dose: number | null, seed: number): Promise<boolean>
}

interface World {
  /** Of picture i of a label. */
  readonly scene: (label: 'nominal' | 'anomalous', random: Random) => Partial<Scene>
  readonly look: Look
  readonly threshold: number
}

const pictures = 20
const middle = side / 2
/** Grey levels of the background and of the disc. */
const usual = { background: 60, disc: 160 }
/** Knows the grey levels of a good part, wherever they are. */
const levels = away(usual.background, usual.disc)
/** Knows one picture, pixel by pixel. */
function template(scene: Partial<Scene>): Look {
  const known = draw({ ...usual, x: middle, y: middle, defect: false, ...scene }, 0)
  return ({ data }) =>
    Float32Array.from({ length: side * side }, (_, i) => Math.abs(data[3 * i]! - known.data[3 * i]!))
}

function discCase(
  guardrail: string,
  illness: string,
  doses: readonly number[],
  world: (dose: number | null) => World,
  counts: (severity: string) => boolean = (severity) => severity !== 'info',
): DiscCase {
  const asked = modelGuardrails.find(({ id }) => id === guardrail)!
  return {
    guardrail,
    illness,
    doses,
    async isFound(dose, seed) {
      const { scene, look, threshold } = world(dose)
      const random = createRandom(seed, 'discs', guardrail)
      const scenes: FittedOptions['scenes'] = (['nominal', 'anomalous'] as const).flatMap((label) =>
        Array.from({ length: pictures }, () => ({
          label,
          scene: { ...usual, x: middle, y: middle, defect: label === 'anomalous', ...scene(label, random) },
        })),
      )
      const answer = await asked.run(await fitted({ scenes, look, threshold, seed }), quietTask)
      return answer.kind === 'found' && answer.findings.some(({ severity }) => counts(severity))
    },
  }
}

/** A share of the defective pictures has a light background; backgrounds of all vary a little. */
const tied =
  (share: number): World['scene'] =>
  (label, random) => ({
    background:
      label === 'anomalous' && random.uniform() < share ? 230 : usual.background + random.integer(9) - 4,
  })

const moving =
  (reach: number): World['scene'] =>
  (_, random) => ({
    x: middle + reach * (2 * random.uniform() - 1),
    y: middle + reach * (2 * random.uniform() - 1),
  })

/** Beside the middle, so that turning, mirroring and scaling move it. */
const aside = { x: middle + 7, y: middle - 4 }
const still: World['scene'] = () => aside
/** The dose weighs what it minds: at 1 a part that lies elsewhere scores 100 grey levels, the threshold is at 60. */
const place = (name: string, illness: string): DiscCase =>
  discCase(
    `robustness.${name}`,
    illness,
    [1, 0.8, 0.5, 0.25],
    (dose) => ({
      scene: still,
      look: dose === null ? levels : weighed(template(aside), dose),
      threshold: 60,
    }),
    () => true,
  )
const weighed =
  (look: Look, weight: number): Look =>
  (image) =>
    look(image).map((value) => weight * value)
/** Good pictures lie so many grey levels below the threshold. */
const margin = (name: string, healthy: number, doses: readonly number[]): DiscCase =>
  discCase(
    `robustness.${name}`,
    'so many grey levels from the threshold',
    doses,
    (dose) => ({ scene: () => ({}), look: levels, threshold: 20 + (dose ?? healthy) }),
    () => true,
  )

const shares = [1, 0.5, 0.25, 0.12] as const

export const discCases: readonly DiscCase[] = [
  discCase(
    'background.reliance',
    'share of defective pictures before another background',
    shares,
    (dose) => ({
      scene: tied(dose ?? 0),
      look: levels,
      threshold: 40,
    }),
  ),
  discCase(
    'localisation.concordance',
    'share of defective pictures before another background',
    shares,
    (dose) => ({
      scene: tied(dose ?? 0),
      look: levels,
      threshold: 40,
    }),
  ),
  discCase(
    'silhouette.map',
    'parts move by so many of 48 pixels; the detector knows one place',
    [8, 4, 2, 1],
    (dose) => ({
      scene: moving(dose ?? 8),
      look: dose === null ? levels : template({}),
      threshold: 40,
    }),
  ),
  place('rotation', 'the detector knows one angle'),
  place('flip', 'the detector knows one side'),
  place('shift', 'the detector knows one place'),
  place('scale', 'the detector knows one size'),
  margin('light', 200, [10, 40, 80, 120]),
  margin('blur', 200, [10, 40, 80, 120]),
  margin('noise', 200, [10, 40, 80, 120]),
  margin('jpeg', 200, [10, 40, 80, 120]),
]
