/** What may be asked of `exportModel`. */
import { UsageError } from '../../errors.ts'
import type { Size } from '../../image/image.ts'
import { bad, choice, good, type Notation, noted, path, shown } from '../kinds.ts'
import { machineOptions } from '../machine-options.ts'
import { defineAsk, type OptionsOf, type RequestOf } from '../request.ts'
import { signOption, trustOption } from '../signing-options.ts'
import { predictAsk } from './predict.ts'

/** Pictures of any size, such as have the model's input size already, or of one size. */
type ExportInput = 'camera' | 'prepared' | Size

const inputNotation: Notation<ExportInput> = {
  placeholder: 'camera|prepared|WxH',
  parse(text) {
    if (text === 'camera' || text === 'prepared') return good(text)
    const match = /^(\d{1,5})x(\d{1,5})$/.exec(text)
    const [width, height] = [Number(match?.[1]), Number(match?.[2])]
    return width >= 1 && height >= 1
      ? good({ width, height })
      : bad(`expected camera, prepared or WxH in pixels, got ${shown(text)}`)
  },
  format: (value) => (typeof value === 'string' ? value : `${value.width}x${value.height}`),
  is: (raw): raw is ExportInput =>
    typeof raw === 'object' && raw !== null && 'width' in raw && 'height' in raw,
}

const batchNotation: Notation<number | 'dynamic'> = {
  placeholder: 'N|dynamic',
  parse: (text) =>
    text === 'dynamic' || /^[1-9]\d{0,2}$/.test(text)
      ? good(text === 'dynamic' ? text : Number(text))
      : bad(`expected dynamic or a whole number from 1 to 999, got ${shown(text)}`),
  format: String,
  is: (raw): raw is number => typeof raw === 'number' && Number.isInteger(raw) && raw >= 1 && raw <= 999,
}

export const exportAsk = defineAsk({
  caller: 'exportModel',
  options: {
    model: path({
      help: 'Model folder, as `plumbline train` writes it.',
      isOperand: true,
      isRequired: true,
      mustExist: 'no such folder',
    }),
    out: path({
      help: 'Export folder: new, empty, or of an earlier export, which it replaces.',
      placeholder: 'DIR',
      isRequired: true,
    }),
    input: noted(inputNotation, {
      help: 'What the model is fed: pictures of any size as the camera gives them, of one size, or such as have its input size already.',
      default: 'camera',
    }),
    batch: noted(batchNotation, { help: 'Pictures to a run.', default: 'dynamic' }),
    pixels: choice(['rgb', 'grey'], {
      help: 'What a pixel of the camera is: three values, or one.',
      default: 'rgb',
    }),
    precision: choice(['float32', 'float16', 'int8'], {
      help: 'Numbers of the network. Less than float32 is measured on the folds of `--run` first.',
      default: 'float32',
    }),
    run: path({
      help: 'Run folder of `plumbline evaluate --keep-models`, on whose folds a lower precision is measured.',
      placeholder: 'DIR',
      onlyWith: { precision: ['float16', 'int8'] },
      mustExist: 'no such folder',
    }),
    dataset: path({
      help: 'Dataset whose good images the fixtures near the threshold are made of.',
      placeholder: 'DIR',
      defaultText: 'those that the model keeps',
      mustExist: 'no such file or folder',
    }),
    weights: predictAsk.options.weights,
    threads: machineOptions.threads,
    ...signOption,
    ...trustOption,
  },
  check({ precision, run, dataset }) {
    if (precision !== 'float32' && (run === null || dataset === null)) {
      throw new UsageError(
        `--precision ${precision} needs --run RUN and --dataset DIR: what it loses is measured on the run's folds`,
      )
    }
  },
})

export type ExportOptions = OptionsOf<typeof exportAsk>
export type ExportRequest = RequestOf<typeof exportAsk>
