import { expect, it } from 'vitest'
import type { FlowShape } from '../../../src/detector/csflow/flow-shape.ts'
import { announceMemory, memoryNeed } from '../../../src/detector/csflow/memory.ts'
import { UsageError } from '../../../src/errors.ts'
import { quietTask } from '../../../src/task.ts'
import { smallShape } from './reference-flow.ts'

const paper: FlowShape = {
  channels: 304,
  hidden: 1024,
  kernels: [3, 3, 3, 5],
  extents: [
    [24, 24],
    [12, 12],
    [6, 6],
  ],
  clamp: 3,
}

it('knows the size of the reference: 275 million parameters', () => {
  const { parameters, stateBytes, featureBytes } = memoryNeed(paper, 4, 1000)
  expect(parameters / 1e6).toBeCloseTo(275, 0)
  expect(stateBytes).toBe(16 * parameters)
  expect(featureBytes).toBe(1000 * 2 * 304 * (576 + 144 + 36))
})

it('foretells within a quarter what was measured at the reference’s size', () => {
  const { stateBytes, stepBytes } = memoryNeed(paper, 4, 0)
  const measuredGib = 7.4 // docs/training-engine.md
  expect((stateBytes + stepBytes) / 2 ** 30 / measuredGib).toBeGreaterThan(0.8)
  expect((stateBytes + stepBytes) / 2 ** 30 / measuredGib).toBeLessThan(1.25)
})

it('says what a large training takes, is silent about a small one, and refuses what the machine has not', () => {
  const notes: string[] = []
  const task = { ...quietTask, note: (message: string) => notes.push(message) }
  announceMemory(smallShape, 2, 10, { task }, 2 ** 34)
  expect(notes).toEqual([])
  announceMemory(paper, 4, 200, { task }, 2 ** 34)
  expect(notes).toHaveLength(1)
  expect(notes[0]).toMatch(/275\.\d million parameters on 200 images will take about \d\.\d GiB/)
  expect(() => announceMemory(paper, 4, 200, { task }, 2 ** 32)).toThrow(UsageError)
  expect(() => announceMemory(paper, 4, 200, { task }, 2 ** 32)).toThrow(
    /this machine has 4\.0 GiB: fewer hidden channels/,
  )
})

it('refuses as many fits at a time as the machine has no room for, and says how many it has', () => {
  const of = (fitsAtOnce: number) => () =>
    announceMemory(paper, 4, 200, { task: quietTask, fitsAtOnce }, 20 * 2 ** 30)
  expect(of(2)).not.toThrow()
  expect(of(5)).toThrow(UsageError)
  expect(of(5)).toThrow(
    /5 folds at a time \d+\.\d GiB; this machine has 20\.0 GiB: --threads 2 works on fewer at a time/,
  )
})
