/** `files.left-out`: is what nobody uses what nobody meant? */
import type { LeftOut } from '../../dataset/sample.ts'
import type { Finding } from '../../wire/evaluation.ts'
import type { Guardrail } from '../contract.ts'
import { answer, percent } from './answer.ts'
import type { CheckContext } from './check-context.ts'

const id = 'files.left-out'

/** How grave a group is was decided by kind and share where it was left out (`dataset/left-out.ts`). */
export const filesLeftOut: Guardrail<CheckContext> = {
  id,
  question: 'Is what was left out of the folder what nobody meant?',
  async run({ dataset: { leftOut } }) {
    const notes = leftOut.filter(({ severity }) => severity === 'info')
    const grave = leftOut.filter(({ severity }) => severity !== 'info')
    return answer([...grave.map(graveFinding), notes.length === 0 ? null : noteFinding(notes)])
  },
}

function graveFinding({ reason, severity, count, share, examples }: LeftOut): Finding {
  return {
    id,
    severity,
    title: `Left out: ${reason}: ${count} (${share >= 1 ? 'all' : percent(share)}); the first: ${examples[0]}.`,
    evidence: { reason, count, share, files: examples },
    remedy:
      'If they were meant, say where they belong: `plumbline look` shows what the folder was taken for, --good and --defects name the folders of classes, and a manifest.csv names images and masks one by one.',
  }
}

function noteFinding(groups: readonly LeftOut[]): Finding {
  const count = groups.reduce((sum, group) => sum + group.count, 0)
  return {
    id,
    severity: 'info',
    title: `${count === 1 ? '1 file or folder' : `${count} files or folders`} ${count === 1 ? 'was' : 'were'} left out: ${groups.map(({ reason }) => reason).join('; ')}.`,
    evidence: { count, groups: groups.map((group) => ({ ...group })) },
    remedy: 'Nothing is to be done if none of them was meant.',
  }
}
