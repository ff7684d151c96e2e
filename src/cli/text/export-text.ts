import type { Verification } from '../../export/verify-export.ts'
import { fixed } from '../../report/format.ts'
import { type Parity, type PrecisionLoss, parityStages } from '../../wire/parity.ts'

export function exportText(parity: Parity, out: string): string {
  const { model, threshold, measured, fixtures } = parity
  return [
    `input       image, uint8 [${model.input.shape.join(', ')}], ${model.input.shape[3] === 1 ? 'grey' : 'RGB'}`,
    'output      score, map, frame',
    `threshold   ${threshold ?? 'none'}`,
    parityLine(measured.worst, fixtures.length, measured.ties),
    ...(measured.loss === null ? [] : lossLines(model.precision, measured.loss)),
    `folder      ${out}`,
    '',
  ].join('\n')
}

/** Of the lower precision less float32. */
function lossLines(
  precision: string,
  { auroc, escapeRate, overkillRate, near, folds, images }: PrecisionLoss,
): string[] {
  const show = (value: number | null): string => fixed(value, 4)
  const difference = ({ mean, ci }: PrecisionLoss['auroc']): string =>
    `${show(mean)} (${show(ci[0])} to ${show(ci[1])})`
  return [
    `${precision.padEnd(10)}  less float32, on ${images} images of ${folds} folds: AUROC ${difference(auroc)}, ` +
      `escapes ${difference(escapeRate)}, overkill ${difference(overkillRate)}`,
    `            ${near.flips} of ${near.images} verdicts within ${100 * near.within} % of the threshold became others`,
  ]
}

export const verificationText = ({ worst, fixtures, ties, runtime }: Verification): string =>
  `${parityLine(worst, fixtures, ties)}\nruntime     ${runtime}\n`

function parityLine(worst: Verification['worst'], fixtures: number, ties: number): string {
  const shares = parityStages.flatMap((stage) =>
    worst[stage] === undefined ? [] : [`${stage} ${(100 * worst[stage]).toFixed(1)} %`],
  )
  const close = ties === 0 ? '' : `; ${ties} so close to the threshold that either verdict is right`
  return `parity      the same on ${fixtures} fixtures; of the allowed deviation: ${shares.join(', ')}${close}`
}
