/**
 * Distils the embedded backbone from photographs and a teacher: `npm run backbone:distill -- --photos DIR --teacher NAME`.
 *
 *   --photos DIR     photographs to learn from (whose terms then bind whoever passes the result on)
 *   --teacher NAME   a backbone of the registry; default mobilenet_v2
 *   --weights DIR    folder of the teacher's weights; default as everywhere
 *   --from FILE      a student to train on, for another round; default: begin anew
 *   --rate R         learning rate at its height; default 0.002
 *   --work DIR       renders, checkpoint, curve; default ./distil-work. The same command goes on where it stopped
 *   --out FILE       default WORK/plumb-s.safetensors
 *   --steps N        default 12000
 *   --seed N         default 0
 *   --threads N      default 2
 *   --without NAME   leaves out an ingredient (`options.ts`), to see what it is good for; repeatable
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { layers, weightShape } from '../../src/backbone/plumb-s.ts'
import { encodeSafetensors, openSafetensors } from '../../src/backbone/safetensors.ts'
import { weightsFolder } from '../../src/backbone/weights-folder.ts'
import { processEffects } from '../../src/cli/process-effects.ts'
import { createTerminalTask } from '../../src/cli/terminal-progress.ts'
import { writeFileAtomic } from '../../src/files/atomic.ts'
import { sha256, sha256File } from '../../src/files/hash.ts'
import { tensor } from '../../src/graph/index.ts'
import type { Parameters } from './initial-parameters.ts'
import { distillDefaults, leaveOut } from './options.ts'
import { loadPictures } from './picture-source.ts'
import { studentInputRule, studentPadding, studentParameters } from './student.ts'
import { openTeacher } from './teacher.ts'
import { distil } from './train.ts'

const { values } = parseArgs({
  options: {
    photos: { type: 'string' },
    teacher: { type: 'string', default: 'mobilenet_v2' },
    weights: { type: 'string' },
    from: { type: 'string' },
    rate: { type: 'string', default: String(distillDefaults.learningRate) },
    work: { type: 'string', default: 'distil-work' },
    out: { type: 'string' },
    steps: { type: 'string', default: '12000' },
    seed: { type: 'string', default: '0' },
    threads: { type: 'string', default: '2' },
    without: { type: 'string', multiple: true, default: [] },
  },
})
const { photos, teacher: name, weights = weightsFolder(null), work } = values
if (photos === undefined) throw new Error('--photos: expected a folder of photographs, got none')
const [steps, seed, threads] = [Number(values.steps), Number(values.seed), Number(values.threads)]
const out = values.out ?? join(work, 'plumb-s.safetensors')
const task = createTerminalTask(processEffects(process), { isQuiet: false })
const from = values.from === undefined ? null : await openSafetensors(values.from)
const options = leaveOut(
  {
    ...distillDefaults,
    ...{ steps, seed, threads, learningRate: Number(values.rate) },
    from: values.from === undefined ? null : `sha256:${await sha256File(values.from)}`,
  },
  values.without,
)
const student =
  from &&
  Object.fromEntries(
    Object.entries(studentParameters).map(([name, { shape }]) => [
      name,
      tensor(from.tensor(name, shape).data, shape),
    ]),
  )
await mkdir(work, { recursive: true })

const pictures = await loadPictures(photos, work, seed, threads, task)
const teacher = await openTeacher(name, weights, { images: options.batch, side: options.side, threads }, task)
const encode = (mean: Parameters): Uint8Array =>
  encodeSafetensors(
    layers.flatMap((layer) =>
      (['weight', 'bias'] as const).map((part) => ({
        name: `${layer.name}.${part}`,
        shape: part === 'weight' ? weightShape(layer) : [layer.outputs],
        data: mean[`${layer.name}.${part}`]!.data as Float32Array,
      })),
    ),
    {
      architecture: 'plumb-s',
      padding: studentPadding,
      input: studentInputRule,
      teacher: `${teacher.id} ${teacher.weightsId}`,
      license: 'Apache-2.0',
      training:
        `seed ${seed}, ${steps} steps of ${options.batch} crops of ${options.side} pixels` +
        (options.from === null ? '' : `, from a student of ${options.from}`) +
        values.without.map((name) => `, without ${name}`).join(''),
    },
    'F16',
  )
const mean = await distil(teacher, pictures, student, work, options, task, async (mean, step) => {
  await writeFileAtomic(join(work, `plumb-s-${step}.safetensors`), encode(mean))
})
const bytes = encode(mean)
await writeFileAtomic(out, bytes)
await teacher.close()
task.note(`${out}: ${bytes.length} bytes, sha256 ${sha256(bytes)}`)
