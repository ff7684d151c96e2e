/**
 * A running mean of the weights over the last steps: what is judged and shipped, since it errs less than the weights of any
 * one step. Source: Polyak and Juditsky 1992, with a memory that grows until it is `over` steps long.
 */
import { tensor } from '../../src/graph/index.ts'
import type { Parameters } from './initial-parameters.ts'

export interface RunningMean {
  /** @param step - Steps taken, from 1. @param latest - Tensors of the mean, or some of them; the others stay. */
  add(step: number, latest: Parameters): void
  /** Replaces the mean. */
  restore(values: Parameters): void
  /** Not copied. */
  values(): Parameters
}

export function createRunningMean(initial: Parameters, over: number): RunningMean {
  const mean = Object.fromEntries(
    Object.entries(initial).map(([name, { shape, data }]) => [
      name,
      tensor((data as Float32Array).slice(), shape),
    ]),
  )
  const arrayOf = (name: string) => mean[name]!.data as Float32Array
  return {
    add(step, latest) {
      const share = 1 / Math.min(over, 1 + step / 5)
      for (const [name, { data }] of Object.entries(latest)) {
        const own = arrayOf(name)
        for (let i = 0; i < own.length; i++) own[i]! += share * (Number(data[i]) - own[i]!)
      }
    },
    restore(values) {
      for (const [name, { data }] of Object.entries(values)) arrayOf(name).set(data as Float32Array)
    },
    values: () => mean,
  }
}
