/** Outputs over an outbox in memory and the machine's time, with pauses short enough for tests. */
import { tmpdir } from 'node:os'
import { parseOutputsConfig } from '../../src/outputs/config/read-config.ts'
import type { OutputEvent } from '../../src/outputs/contract.ts'
import { type Outputs, openOutputs } from '../../src/outputs/open-outputs.ts'
import type { Judged } from '../../src/wire/station/inspection.ts'
import { type MemoryOutbox, memoryOutbox } from './memory-outbox.ts'

export interface SetUp {
  readonly outputs: Outputs
  readonly outbox: MemoryOutbox
  readonly events: OutputEvent[]
  /** As the station does it: letters with the record, then couriers woken. */
  put(...judged: readonly Judged[]): void
}

export async function setUpOutputs(
  config: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>> = {},
  folder = tmpdir(),
): Promise<SetUp> {
  const outbox = memoryOutbox()
  const events: OutputEvent[] = []
  const clock = (): Date => new Date()
  const found = { config: parseOutputsConfig(config, 'outputs.json'), path: 'outputs.json', folder }
  const backOff = { firstMs: 5, longestMs: 40 }
  const log = (event: OutputEvent): void => void events.push(event)
  const outputs = await openOutputs(found, { outbox, clock, seed: 1, environment, log, backOff })
  return {
    outputs,
    outbox,
    events,
    put(...judged) {
      for (const each of judged) outbox.put(outputs.lettersFor(each), clock(), each.id)
      outputs.wake()
    },
  }
}

/** Resolves when it is so; the test's own time limit says when it never is. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5))
}
