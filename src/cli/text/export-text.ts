import type { Verification } from '../../export/verify-export.ts'
import { type Parity, parityStages } from '../../wire/parity.ts'

export function exportText(parity: Parity, out: string): string {
  const { model, threshold, measured, fixtures } = parity
  return [
    `input       image, uint8 [${model.input.shape.join(', ')}], RGB`,
    'output      score, map, frame',
    `threshold   ${threshold ?? 'none'}`,
    parityLine(measured.worst, fixtures.length, measured.ties),
    `folder      ${out}`,
    '',
  ].join('\n')
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
