/** The grid of a sweep: every detector with every backbone at every size, from every seed. */
import { dirname, join } from 'node:path'
import { thisMachine } from '../../backbone/weights-folder.ts'
import { UsageError } from '../../errors.ts'
import { fromConfig } from '../../options/config-file.ts'
import { nameOf } from '../../options/option.ts'
import { idle, wholeRequest } from '../../options/request.ts'
import { type EvaluateRequest, evaluateAsk } from '../../options/requests/evaluate.ts'
import type { SweepRequest } from '../../options/requests/sweep.ts'
import type { SweepConfig } from './sweep-config.ts'

export interface Cell {
  readonly name: string
  readonly arm: string
  readonly detector: string
  readonly backbone: string | null
  readonly size: string | null
  readonly seed: number
  readonly request: EvaluateRequest
}

/** Cells of one sweep, at most: more is a mistake in the file. */
const most = 5000

/** @throws {UsageError} An option of `evaluate` has a value it cannot have, or no effect; two cells would have one name; far too many cells. */
export async function cellsOf(config: SweepConfig, request: SweepRequest): Promise<readonly Cell[]> {
  const { detectors = ['patchcore'], backbones = [null], sizes = [null], seeds = [0], evaluate = {} } = config
  const count = detectors.length * backbones.length * sizes.length * seeds.length
  if (count > most)
    throw new UsageError(`${request.grid}: is a grid of ${count} evaluations, ${most} at most`)
  const folder = dirname(request.grid)
  const table = evaluateAsk.options
  const chosen = Object.entries(table).flatMap(([key, option]) =>
    Object.hasOwn(evaluate, nameOf(key, option)) ? [key] : [],
  )
  const cells: Cell[] = []
  for (const said of detectors) {
    const { id, name = id, options = {} } = typeof said === 'string' ? { id: said } : said
    for (const backbone of backbones) {
      for (const size of sizes) {
        const own = [name, backbone, size].filter((part) => part !== null).join('_')
        const arm = own.replace(/[^A-Za-z0-9_.-]/g, '-')
        for (const seed of seeds) {
          const cell = `${arm}_seed${seed}`
          const asked = {
            ...evaluate,
            ...{
              dataset: config.dataset,
              out: join(request.out, 'runs', cell),
              detector: id,
              option: options,
              backbone,
              size,
              seed,
            },
          }
          const read = fromConfig(table, asked, folder, thisMachine())
          if ('problems' in read) throw mistakes(request.grid, cell, read.problems)
          const { device, threads, cache, queue, store, whenStopped, createdAt, command } = request
          const values = { ...read.values, device, threads, cache, queue, store, whenStopped }
          const unused = idle(table, values, chosen, 'command line')
          if (unused.length > 0) throw mistakes(request.grid, cell, unused)
          await evaluateAsk.check?.(values)
          cells.push({
            ...{ name: cell, arm, detector: name, backbone, size: size === null ? null : String(size), seed },
            request: wholeRequest(values, { createdAt, command }),
          })
        }
      }
    }
  }
  const names = cells.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) {
    throw new UsageError(
      `${request.grid}: two evaluations would be called ${twice}: give detectors that stand twice a name each, and each seed once`,
    )
  }
  return cells
}

const mistakes = (grid: string, cell: string, problems: readonly string[]): UsageError =>
  new UsageError(problems.map((problem) => `${grid}: ${cell}: ${problem}`).join('\n'))
