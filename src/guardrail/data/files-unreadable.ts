/** `files.unreadable`: does every file decode, and to what it claims to be? */
import { extname } from 'node:path'
import type { Finding } from '../../wire/evaluation.ts'
import type { Guardrail } from '../contract.ts'
import { answer, counted, some } from './answer.ts'
import type { CheckContext } from './check-context.ts'

const id = 'files.unreadable'

const formatsOf: Readonly<Record<string, string>> = {
  '.jpg': 'JPEG',
  '.jpeg': 'JPEG',
  '.png': 'PNG',
  '.tif': 'TIFF',
  '.tiff': 'TIFF',
  '.bmp': 'BMP',
  '.webp': 'WebP',
}

export const filesUnreadable: Guardrail<CheckContext> = {
  id,
  question: 'Does every file decode, and to what it claims to be?',
  async run({ scan, dataset, samples }) {
    const read = new Set(scan.faults.map(({ path }) => path))
    const known = dataset.issues.filter(({ path }) => !read.has(path))
    const lost = [
      ...scan.faults.filter(({ kind }) => kind === 'image').map(({ path, reason }) => ({ path, reason })),
      ...known
        .filter(({ severity }) => severity === 'error')
        .map(({ path, message }) => ({ path, reason: message })),
    ]
    const masks = scan.faults.filter(({ kind }) => kind === 'mask')
    const drawn = samples.filter(({ mask }) => mask !== null).length
    const notes = known.filter(({ severity, kind }) => severity === 'warning' && kind !== 'no-part')
    const misnamed = scan.pictures.filter(({ sample, format }) => {
      const claimed = formatsOf[extname(sample.path).toLowerCase()]
      return claimed !== undefined && claimed !== format
    })
    const labels = scan.faults.filter(({ kind }) => kind === 'image').map(({ label }) => label)
    return answer([
      lost.length === 0
        ? null
        : {
            id,
            severity: 'error',
            title: `${counted(lost.length, 'file')} of a dataset of ${counted(samples.length, 'image')} cannot be used; the first: ${lost[0]!.path}: ${lost[0]!.reason}.`,
            evidence: {
              count: lost.length,
              nominal: labels.filter((label) => label === 'nominal').length,
              anomalous: labels.filter((label) => label === 'anomalous').length,
              files: some(lost),
            },
            remedy:
              'Copy these files again from the camera, or delete them. If one label loses more files than the other, the figures shift with it.',
          },
      masks.length === 0
        ? null
        : {
            id,
            // Without a single mask there are no pixel figures, and nobody means that who drew them.
            severity: drawn > 0 && masks.length >= drawn ? 'error' : 'warning',
            title: `${masks.length >= drawn && drawn > 1 ? `None of ${drawn} masks can` : `${counted(masks.length, 'mask')} cannot`} be used; the first: ${masks[0]!.path} ${masks[0]!.reason}.`,
            evidence: {
              count: masks.length,
              files: some(masks.map(({ path, reason }) => ({ path, reason }))),
            },
            remedy:
              'Draw or export these masks again at the size of their image; pixel figures leave such images out.',
          },
      misnamed.length === 0
        ? null
        : {
            id,
            severity: 'warning',
            title: `${counted(misnamed.length, 'file')} ${misnamed.length === 1 ? 'is' : 'are'} of another type than the name says; the first: ${misnamed[0]!.sample.path} is a ${misnamed[0]!.format}.`,
            evidence: {
              count: misnamed.length,
              files: some(misnamed.map(({ sample, format }) => ({ path: sample.path, format }))),
            },
            remedy:
              'They are read all the same. But somebody converted or renamed them: make sure that it was done to both labels alike.',
          },
      ...(notes.length === 0 ? [] : [issueNote(notes)]),
    ])
  },
}

function issueNote(notes: CheckContext['dataset']['issues']): Finding {
  const kinds = new Map<string, number>()
  for (const { kind } of notes) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  return {
    id,
    severity: 'info',
    title: `The folder and its labels do not quite agree in ${counted(notes.length, 'place')}; the first: ${notes[0]!.path}: ${notes[0]!.message}.`,
    evidence: {
      count: notes.length,
      kinds: Object.fromEntries(kinds),
      places: some(notes.map(({ path, message }) => ({ path, message }))),
    },
    remedy:
      'Look through the list once; each place is a file that nobody uses, or one that somebody meant to add.',
  }
}
