/**
 * The training: crops that follow from seed and step, one step of Adam on each batch, and a running mean of the weights,
 * which is what is shipped.
 *
 * In the last quarter of the steps the student sees no variations any more. A checkpoint holds all that the next step
 * needs, so that a run broken off gives the same bytes in the end (with the same number of threads).
 */
import { join } from 'node:path'
import { writeFileAtomic } from '../../src/files/atomic.ts'
import { openTrainingStep, tensorsUnder } from '../../src/graph/index.ts'
import { createRandom } from '../../src/math/random.ts'
import { checkCancelled, type Task } from '../../src/task.ts'
import { drawBatch } from './batch.ts'
import { readCheckpoint, writeCheckpoint } from './checkpoint.ts'
import { measureDeviations } from './deviations.ts'
import { headParameters, planOf, splitBy, takesBlocks } from './distillation-plan.ts'
import { type Parameters, randomParameters, takeOverBlocksInPlace } from './initial-parameters.ts'
import { openJudge } from './judge.ts'
import type { DistillOptions } from './options.ts'
import type { Pictures } from './picture-source.ts'
import { createRunningMean } from './running-mean.ts'
import { studentInput } from './student.ts'
import type { Teacher } from './teacher.ts'

/** The running mean's memory, in steps. */
const meanOver = 500
const checkpointEvery = 100
const judgeEvery = 250

/**
 * @param student - Parameters to train on from, `options.from`; null to begin anew.
 * @param work - Folder for checkpoint and curve.
 * @param onJudged - Told the running mean of the weights whenever the held-out photographs were looked at.
 * @returns The running mean of the weights.
 * @throws {CancelledError} What is done is kept.
 */
export async function distil(
  teacher: Teacher,
  pictures: Pictures,
  student: Parameters | null,
  work: string,
  options: DistillOptions,
  task: Task,
  onJudged: (mean: Parameters, step: number) => Promise<void> = async () => {},
): Promise<Parameters> {
  const { steps, side, seed, threads } = options
  const calmFrom = Math.round(steps * (1 - options.calmShare))
  const draw = (step: number) =>
    drawBatch(pictures, options, step, { isVaried: step < calmFrom, isBlemished: options.blemishes })
  const plan = planOf(teacher, await measureDeviations(teacher, draw), options)
  const initial = { ...randomParameters(createRandom(seed, 'parameters')), ...headParameters(teacher, seed) }
  if (student !== null) Object.assign(initial, student)
  else if (takesBlocks(teacher, options)) {
    const crops = Buffer.concat([-100, -101].map((step) => draw(step).teacher))
    await takeOverBlocksInPlace(initial, teacher, crops, side)
  }
  const mean = createRunningMean(initial, meanOver)
  const inWords = JSON.stringify({ ...options, threads: 0, teacher: teacher.weightsId })
  const checkpoint = join(work, 'distil.checkpoint')
  const step = await openTrainingStep(plan, splitBy(plan, initial), { threads })
  const judge = await openJudge(plan, teacher, pictures, options)
  const progress = task.progress('distilling', 'steps')
  try {
    const saved = await readCheckpoint(checkpoint, inWords)
    const curve = [...(saved?.curve ?? [])]
    let loss = saved?.loss ?? null
    if (saved !== undefined) {
      step.restore(saved.state)
      mean.restore(saved.mean)
    }
    const keep = () =>
      writeCheckpoint(checkpoint, inWords, { state: step.live(), mean: mean.values(), loss, curve })

    while (step.step < steps) {
      if (task.signal.aborted) await keep()
      checkCancelled(task)
      const batch = draw(step.step)
      const targets = await teacher.look(batch.teacher)
      const taken = await step.run({ image: studentInput(batch.student, side), ...targets })
      loss = loss === null ? taken.loss : loss + 0.02 * (taken.loss - loss)
      mean.add(step.step, tensorsUnder(step.live(), 'parameters'))
      progress.update(step.step, steps, `loss ${loss.toFixed(3)}`)
      const isLast = step.step === steps
      if (isLast || step.step % judgeEvery === 0) {
        curve.push([step.step, loss, ...(await judge.look(mean.values()))].join(','))
        const header = `step,loss,${judge.names.join(',')}`
        await writeFileAtomic(join(work, 'curve.csv'), `${[header, ...curve].join('\n')}\n`)
        await onJudged(mean.values(), step.step)
      }
      if (isLast || step.step % checkpointEvery === 0) await keep()
    }
    return mean.values()
  } finally {
    progress.end()
    await judge.close()
    await step.close()
  }
}
