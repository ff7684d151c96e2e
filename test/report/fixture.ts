/** A seeded run as `evaluate` would leave it: five folds, parts, subgroups, findings, pictures of forged links. */

import type { Image, Mask, ScoreMap } from '../../src/image/image.ts'
import { createRandom, type Random } from '../../src/math/random.ts'
import type { Estimate, Evaluation, LevelMetrics, ScoreRow } from '../../src/wire/evaluation.ts'

const defects = ['crack', 'dent', 'scratch', 'underfill'] as const
const separation = { crack: 3.6, dent: 3.2, scratch: 1.7, underfill: 4.2 } as const
const lots = ['A-114', 'A-115', 'B-020']

interface FakeImage {
  readonly image: string
  readonly part: string
  readonly label: 'nominal' | 'anomalous'
  readonly defect: string
  readonly lot: string
  readonly base: number
}

export interface Fixture {
  readonly evaluation: Evaluation
  readonly rows: readonly ScoreRow[]
}

export interface FixtureOptions {
  readonly folds?: number
  /** Images per part; 1 makes a run without part ids. */
  readonly perPart?: number
  readonly perHalf?: number
}

export function fixtureRun(seed: number, options: FixtureOptions = {}): Fixture {
  const { folds: foldCount = 5, perPart = 3, perHalf = 40 } = options
  const random = createRandom(seed, 'report fixture')
  const partsKnown = perPart > 1
  const nominal = makeParts(random.fork('nominal'), 'nominal', perHalf * 7, perPart)
  const anomalous = makeParts(random.fork('anomalous'), 'anomalous', perHalf * 2, perPart)
  const rows: ScoreRow[] = []
  const folds: Evaluation['folds'] = []
  const perFold: { image: Record<string, number>; part: Record<string, number> }[] = []
  for (let fold = 0; fold < foldCount; fold++) {
    const draw = random.fork('fold', fold)
    const good = draw.shuffleInPlace([...nominal])
    const bad = draw.shuffleInPlace([...anomalous])
    const roles = {
      threshold: [...good.slice(0, perHalf), ...bad.slice(0, perHalf)].flat(),
      inference: [...good.slice(perHalf, 2 * perHalf), ...bad.slice(perHalf, 2 * perHalf)].flat(),
    }
    const scored = (images: readonly FakeImage[]): ScoredImage[] =>
      images.map((image) => ({
        ...image,
        score: 2.2 + 0.35 * image.base + 0.04 * fold + 0.09 * draw.normal(),
      }))
    const toThreshold = scored(roles.threshold)
    const judged = scored(roles.inference)
    const threshold = youden(toThreshold)
    for (const [role, images] of [['threshold', toThreshold] as const, ['inference', judged] as const]) {
      for (const { image, part, label, defect, score } of images) {
        const decision = score >= threshold ? 'anomalous' : 'nominal'
        rows.push({ image, part: partsKnown ? part : '', label, defect, fold, role, score, decision })
      }
    }
    const image = figures(judged, threshold)
    const part = figures(toParts(judged), threshold)
    perFold.push({ image: image.metrics, part: part.metrics })
    const train = (perHalf * 7 - 2 * perHalf) * (partsKnown ? 1 : perPart)
    folds.push({
      fold,
      threshold,
      reviewThreshold: null,
      counts: {
        train: train * perPart,
        threshold: [perHalf * perPart, perHalf * perPart],
        inference: [perHalf * perPart, perHalf * perPart],
      },
      units: { train, threshold: [perHalf, perHalf], inference: [perHalf, perHalf] },
      confusion: { image: image.counts, part: partsKnown ? part.counts : null },
      metrics: { image: image.metrics, part: partsKnown ? part.metrics : null, pixel: { auroc: 0.97 } },
      seconds: { fit: 41.2 + fold, score: 12.5 },
    })
  }
  const level = (name: 'image' | 'part'): LevelMetrics => {
    const of = (key: string): Estimate =>
      estimate(
        perFold.map((each) => each[name][key]!),
        key === 'costPer1000' ? Infinity : 1,
      )
    return {
      auroc: of('auroc'),
      averagePrecision: of('averagePrecision'),
      partialAuroc: of('partialAuroc'),
      sensitivity: of('sensitivity'),
      specificity: of('specificity'),
      balancedAccuracy: of('balancedAccuracy'),
      f1: of('f1'),
      mcc: of('mcc'),
      precision: of('precision'),
      npv: of('npv'),
      escapeRate: of('escapeRate'),
      overkillRate: of('overkillRate'),
      costPer1000: of('costPer1000'),
      reviewRate: null,
    }
  }
  const image = level('image')
  const part = partsKnown ? level('part') : null
  const near = (value: number): Estimate =>
    estimate(
      Array.from({ length: foldCount }, () => Math.min(1, value + 0.012 * random.normal())),
      1,
    )
  const naive = (metrics: LevelMetrics): Evaluation['naive']['image'] => {
    const gap = { auroc: 0.004, balancedAccuracy: 0.031, f1: 0.034 }
    const plus = (estimated: Estimate, more: number): number => Math.min(1, estimated.mean! + more)
    return {
      auroc: plus(metrics.auroc, gap.auroc),
      balancedAccuracy: plus(metrics.balancedAccuracy, gap.balancedAccuracy),
      f1: plus(metrics.f1, gap.f1),
      optimism: gap,
    }
  }
  const evaluation: Evaluation = {
    plumbline: '0.1.0',
    createdAt: '2026-03-03T14:05:00Z',
    seed,
    dataset: {
      path: '/data/line 3/coupling-links',
      layout: 'manifest',
      images: { nominal: nominal.flat().length, anomalous: anomalous.flat().length },
      parts: nominal.length + anomalous.length,
      partsKnown,
      fingerprint: `sha256:${'4b1d9c02e7'.repeat(6)}abcd`,
      failures: [{ path: 'good/0313.png', reason: 'cannot be decoded: unexpected end of file' }],
    },
    detector: { id: 'patchcore', options: { coreset: 0.1, neighbours: 1, smoothing: 4 } },
    backbone: { id: 'mobilenet_v2', weights: `sha256:${'0f'.repeat(32)}` },
    input: { width: 288, height: 288, fit: 'pad' },
    protocol: {
      folds: foldCount,
      unit: partsKnown ? 'part' : 'image',
      scheme: 'random',
      minTrain: 0.5,
      threshold: { policy: 'youden' },
      merge: {
        mode: 'auto',
        merged: true,
        pValue: 0.41,
        effect: 0.008,
        reason: 'Nominal test and train images look alike (energy distance, 999 permutations of parts).',
      },
      partScore: 'max',
      prevalence: 0.02,
      prevalenceStated: seed % 2 === 0,
      costEscape: 100,
      costOverkill: 2.5,
      partialFpr: 0.1,
      satOut: { nominal: 12, anomalous: 0 },
    },
    metrics: {
      image,
      part,
      pixel: {
        auroc: near(0.968),
        averagePrecision: near(0.58),
        aupro: near(0.89),
        aupro05: near(0.64),
        aupimo: near(0.52),
      },
    },
    naive: { image: naive(image), part: part && naive(part) },
    subgroups: subgroups(rows, [...nominal, ...anomalous].flat()),
    folds,
    findings: [
      {
        id: 'leakage.duplicate',
        severity: 'error',
        title: '6 images stand in the dataset twice, 2 of them as good and as defective',
        evidence: {
          pairs: 6,
          conflicting: 2,
          maximumDistance: 0.0021,
          examples: ['good/0017.png = crack/0003.png', 'good/0044.png = dent/0010.png'],
        },
        remedy: 'Delete one of each pair, or decide which label is right, then evaluate again.',
      },
      {
        id: 'subgroup.worst',
        severity: 'warning',
        title: 'Scratches escape three times as often as other defects',
        evidence: { escapeRate: 0.216, interval: [0.121, 0.342], others: 0.062, holmP: 0.004 },
        remedy:
          'Raise the resolution or light scratches from the side; until then state the escape rate for scratches separately.',
      },
      {
        id: 'robustness.rotation',
        severity: 'info',
        title: 'Rotations up to 12 degrees leave verdicts as they are',
        evidence: { harmlessDegrees: 12, falseAlarmRate: 0.05 },
        remedy: 'Nothing to do while parts lie in the fixture.',
      },
    ],
    seconds: 284.6,
    environment: { node: '20.19.5', onnxruntime: '1.30.0', device: 'cpu', threads: 2 },
  }
  return { evaluation, rows }
}

interface ScoredImage extends FakeImage {
  readonly score: number
}

function makeParts(
  random: Random,
  label: 'nominal' | 'anomalous',
  parts: number,
  perPart: number,
): FakeImage[][] {
  return Array.from({ length: parts }, (_, i) => {
    const defect = label === 'nominal' ? '' : defects[i % defects.length]!
    const level = defect === '' ? 0 : separation[defect as keyof typeof separation]
    const own = random.normal()
    const lot = lots[random.integer(lots.length)]!
    return Array.from({ length: perPart }, (_, k) => ({
      image: `${defect || 'good'}/${String(i).padStart(4, '0')}-${k + 1}.png`,
      part: `${label === 'nominal' ? 'N' : 'D'}${String(i).padStart(4, '0')}`,
      label,
      defect,
      lot,
      base: level + 0.85 * own + 0.35 * random.normal(),
    }))
  })
}

interface Unit {
  readonly label: 'nominal' | 'anomalous'
  readonly score: number
}

function toParts(images: readonly ScoredImage[]): Unit[] {
  const parts = new Map<string, Unit>()
  for (const { part, label, score } of images) {
    parts.set(part, { label, score: Math.max(score, parts.get(part)?.score ?? -Infinity) })
  }
  return [...parts.values()]
}

function youden(units: readonly Unit[]): number {
  let best = { index: -1, at: 0 }
  for (const { score } of units) {
    const { metrics } = figures(units, score)
    const index = metrics.sensitivity! + metrics.specificity!
    if (index > best.index) best = { index, at: score }
  }
  return best.at
}

/** Figures by counting, the slow and obvious way. */
export function figures(
  units: readonly Unit[],
  threshold: number,
): { counts: Evaluation['folds'][0]['confusion']['image']; metrics: Record<string, number> } {
  const good = units.filter((unit) => unit.label === 'nominal')
  const bad = units.filter((unit) => unit.label === 'anomalous')
  const tp = bad.filter((unit) => unit.score >= threshold).length
  const fp = good.filter((unit) => unit.score >= threshold).length
  const [fn, tn] = [bad.length - tp, good.length - fp]
  const [p, missed, rejected] = [0.02, fn / bad.length, fp / good.length]
  let wins = 0
  for (const b of bad) for (const g of good) wins += b.score > g.score ? 1 : b.score === g.score ? 0.5 : 0
  const auroc = wins / (bad.length * good.length)
  const sorted = [...units].sort((a, b) => b.score - a.score)
  let found = 0
  let averagePrecision = 0
  sorted.forEach((unit, i) => {
    if (unit.label === 'anomalous') averagePrecision += ++found / (i + 1) / bad.length
  })
  return {
    counts: { tp, fp, tn, fn },
    metrics: {
      auroc,
      averagePrecision,
      partialAuroc: 0.5 + (auroc - 0.5) * 0.86,
      sensitivity: 1 - missed,
      specificity: 1 - rejected,
      balancedAccuracy: 1 - (missed + rejected) / 2,
      f1: (2 * tp) / (2 * tp + fp + fn),
      mcc: (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)),
      precision: (p * (1 - missed)) / (p * (1 - missed) + (1 - p) * rejected),
      npv: ((1 - p) * (1 - rejected)) / ((1 - p) * (1 - rejected) + p * missed),
      escapeRate: missed,
      overkillRate: rejected,
      costPer1000: 1000 * (p * missed * 100 + (1 - p) * rejected * 2.5),
    },
  }
}

function estimate(perFold: number[], ceiling: number): Estimate {
  const k = perFold.length
  const mean = perFold.reduce((sum, value) => sum + value, 0) / k
  if (k < 2) return { mean, sd: null, ci: [null, null], bootstrapCi: null, perFold }
  const sd = Math.sqrt(perFold.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (k - 1))
  const half = 2.776 * sd * Math.sqrt(1 / k + 0.4)
  const clip = (value: number): number => Math.min(ceiling, Math.max(0, value))
  return {
    mean,
    sd,
    ci: [clip(mean - half), clip(mean + half)],
    bootstrapCi: [clip(mean - half * 0.8), clip(mean + half * 0.75)],
    perFold,
  }
}

function subgroups(rows: readonly ScoreRow[], images: readonly FakeImage[]): Evaluation['subgroups'] {
  const lotOf = new Map(images.map((image) => [image.image, image.lot]))
  const judged = rows.filter((row) => row.role === 'inference')
  const group = (column: string, value: string, of: readonly ScoreRow[]): Evaluation['subgroups'][0] => {
    const rate = (label: string): number | null => {
      const its = of.filter((row) => row.label === label)
      return its.length === 0 ? null : its.filter((row) => row.decision !== label).length / its.length
    }
    const units = new Set(of.map((row) => row.part || row.image)).size
    const around = (value: number | null): [number, number] | null => {
      if (value === null) return null
      const half = 1.96 * Math.sqrt((value * (1 - value) + 0.01) / units)
      return [Math.max(0, value - half), Math.min(1, value + half)]
    }
    const [escapeRate, overkillRate] = [rate('anomalous'), rate('nominal')]
    return {
      column,
      value,
      images: new Set(of.map((row) => row.image)).size,
      units,
      label: escapeRate === null ? 'nominal' : overkillRate === null ? 'anomalous' : 'both',
      auroc: value === 'scratch' ? 0.861 : 0.967,
      escapeRate,
      escapeCi: around(escapeRate),
      overkillRate,
      overkillCi: around(overkillRate),
      worst: value === 'scratch' || value === 'B-020',
    }
  }
  return [
    ...defects.map((defect) =>
      group(
        'defect',
        defect,
        judged.filter((row) => row.defect === defect),
      ),
    ),
    ...lots.map((lot) =>
      group(
        'lot',
        lot,
        judged.filter((row) => lotOf.get(row.image) === lot),
      ),
    ),
  ]
}

export interface FakeScene {
  readonly image: Image
  readonly map: ScoreMap
  readonly mask: Mask | null
}

/** A forged ring on a dark belt, its defect, the defect's mask and a heat map a quarter of the size. */
export function fixtureScene(row: ScoreRow, side = 256): FakeScene {
  const random = createRandom(7, row.image)
  const [cx, cy] = [side * (0.5 + 0.03 * random.normal()), side * (0.5 + 0.03 * random.normal())]
  const [outer, inner] = [side * 0.36, side * 0.2]
  const angle = random.uniform() * 2 * Math.PI
  const [dx, dy] = [cx + Math.cos(angle) * side * 0.28, cy + Math.sin(angle) * side * 0.28]
  const wide = { crack: 0.012, dent: 0.045, scratch: 0.008, underfill: 0.06 }[row.defect] ?? 0.02
  const long = { crack: 0.09, dent: 0.045, scratch: 0.13, underfill: 0.06 }[row.defect] ?? 0.05
  const turn = random.uniform() * Math.PI
  const data = new Uint8Array(side * side * 3)
  const mask = new Uint8Array(side * side)
  const inside = (x: number, y: number, grow: number): boolean => {
    const u = (x - dx) * Math.cos(turn) + (y - dy) * Math.sin(turn)
    const v = -(x - dx) * Math.sin(turn) + (y - dy) * Math.cos(turn)
    return (u / (side * (long + grow))) ** 2 + (v / (side * (wide + grow))) ** 2 <= 1
  }
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const at = y * side + x
      const r = Math.hypot(x - cx, y - cy)
      const noise = 6 * (random.uniform() - 0.5)
      const ring = r < outer && r > inner
      const slope = (r - (outer + inner) / 2) / (outer - inner)
      let grey = ring ? 150 - 90 * slope * slope + 35 * ((x - cx) / side) - 30 * ((y - cy) / side) : 38
      if (row.label === 'anomalous' && ring && inside(x, y, 0)) {
        mask[at] = 1
        grey *= row.defect === 'underfill' ? 0.45 : 0.6
      }
      data[at * 3] = grey + noise + (ring ? 4 : 2)
      data[at * 3 + 1] = grey + noise
      data[at * 3 + 2] = grey + noise - (ring ? 4 : -6)
    }
  }
  const cells = side / 4
  const map = new Float32Array(cells * cells)
  for (let y = 0; y < cells; y++) {
    for (let x = 0; x < cells; x++) {
      const distance = Math.hypot(x * 4 - dx, y * 4 - dy) / (side * 0.075)
      const r = Math.hypot(x * 4 - cx, y * 4 - cy)
      const ring = Math.exp(-(((r - outer) / (side * 0.03)) ** 2)) * 0.45
      map[y * cells + x] =
        1.2 + ring + 0.08 * random.normal() + Math.max(0, row.score - 1.5) * Math.exp(-distance * distance)
    }
  }
  return {
    image: { data, width: side, height: side },
    map: { data: map, width: cells, height: cells },
    mask: row.label === 'anomalous' ? { data: mask, width: side, height: side } : null,
  }
}
