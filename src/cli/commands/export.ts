import { basename } from 'node:path'
import { UsageError } from '../../errors.ts'
import { path } from '../../options/kinds.ts'
import { requirePaths } from '../../options/request.ts'
import { exportAsk } from '../../options/requests/export.ts'
import { present } from '../../present.ts'
import { defineCommand } from '../command.ts'
import { surroundings } from '../surroundings.ts'
import { exportText, verificationText } from '../text/export-text.ts'

const { model, out, ...rest } = exportAsk.options

/** `export verify DIR` is told from `export MODEL` by its first word. */
export const exportCommand = defineCommand({
  name: 'export',
  summary:
    'A model as one ONNX file that takes camera pixels, proved to give the same; `verify` proves it again',
  description: [
    '`export MODEL --out DIR` builds the file, runs it on fixtures, compares resized pixels, features, map and score with what this program gives, and writes nothing if they differ (exit code 4).',
    '`export verify DIR` repeats the comparison with the runtime at hand. `docs/on-the-line.md` leads from there to Python, C++ and the browser.',
  ],
  options: {
    model: path({ help: 'Model folder, or the word `verify`.', isOperand: true, isRequired: true }),
    folder: path({ help: 'Export folder to verify.', isOperand: true, mustExist: 'no such folder' }),
    out: path({ help: out.help, placeholder: 'DIR', defaultText: 'none; needed but for `verify`' }),
    ...rest,
  },
  examples: [
    'plumbline export models/line-3 --out exported/line-3',
    'plumbline export models/line-3 --out exported/line-3 --input 1280x1024 --batch 1',
    'plumbline export verify exported/line-3',
  ],
  async check(values) {
    const { model, folder, out } = values
    if (folder !== null) {
      if (basename(model) !== 'verify') {
        throw new UsageError(
          `unexpected argument ${JSON.stringify(folder)}: only \`export verify\` takes a second one`,
        )
      }
      if (out !== null) throw new UsageError('--out has no effect with `export verify`')
      if (values.sign !== null) throw new UsageError('--sign has no effect with `export verify`')
      return
    }
    if (out === null) throw new UsageError('--out is required: the folder for the exported model')
    await exportAsk.check?.({ ...values, out })
  },
  async run({ folder, out, ...values }, { request, task, effects }) {
    if (folder !== null) {
      const { verifyExport } = await import('../../pipeline.ts')
      const verified = await verifyExport(folder, values.threads, task, values.trust)
      return { json: verified, text: verificationText(verified) }
    }
    requirePaths({ model }, { model: values.model }, surroundings(effects))
    const whole = present(out, 'a folder for the export')
    const { exportModel } = await import('../../pipeline.ts')
    const parity = await exportModel(request({ ...values, out: whole }), task)
    return { json: parity, text: exportText(parity, whole) }
  },
})
