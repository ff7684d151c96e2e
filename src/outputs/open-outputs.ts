/**
 * The station's outputs together: what `serve` holds.
 *
 * For each inspection it asks {@link Outputs.lettersFor} and writes the letters in the transaction of the record, then wakes the
 * couriers. Nothing in here waits for a place outside.
 */
import { createRandom } from '../math/random.ts'
import type { Outbox } from '../records/outbox.ts'
import { StorageError } from '../records/storage-error.ts'
import type { Judged } from '../wire/station/inspection.ts'
import type { NewLetter } from '../wire/station/letter.ts'
import type { StationOutcome } from '../wire/station/verdict.ts'
import type { FoundConfig } from './config/read-config.ts'
import type { Output, OutputEvent, Timepiece } from './contract.ts'
import { type BackOff, defaultBackOff } from './courier/back-off.ts'
import { type Courier, startCourier } from './courier/courier.ts'
import type { CourierFigures } from './courier/figures.ts'
import { resultKind } from './courier/read-letter.ts'
import { timepieceOf } from './courier/timepiece.ts'
import { resultMessage, type TurnedAway, turnedAwayMessage } from './message.ts'
import { openOutput } from './open-output.ts'
import type { StationState } from './station-state.ts'

export interface OutputFigures extends CourierFigures {
  readonly name: string
  readonly type: string
  /** Letters in the outbox; null where it cannot be asked. */
  readonly waiting: number | null
  readonly deadLetters: number | null
}

export interface Outputs {
  /** One for each output that tells this outcome; to be written with the record. Parts of a model in shadow are told to nobody. */
  lettersFor(judged: Judged): readonly NewLetter[]
  /** There are new letters in the outbox, or old ones wait again. */
  wake(): void
  /** Tells a result that could not be written down: tried once, now, and not repeated. */
  tellUnrecorded(judged: Judged): void
  /** Tells of a part that was turned away unseen (the station is full): tried once, now, and not repeated. */
  tellTurnedAway(part: TurnedAway): void
  /** Shows what the station is doing, where an output can. */
  show(state: StationState): void
  /** As plain numbers, in the order of the configuration. */
  figures(): Promise<readonly OutputFigures[]>
  /** Targets that letters wait for and the configuration does not name: nobody will deliver those. */
  orphans(): Promise<Readonly<Record<string, number>>>
  /** Deliveries under way get `graceMs` to end; what is left waits in the outbox. */
  close(graceMs?: number): Promise<void>
}

export interface OutputsTools {
  readonly outbox: Outbox
  readonly clock: () => Date
  /** For jitter. */
  readonly seed: number
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly log: (event: OutputEvent) => void
  /** Default {@link defaultBackOff}. */
  readonly backOff?: BackOff
  /** Default: of the machine. */
  readonly timepiece?: Timepiece
}

/** Longest time for which a courier does not look into the outbox, if nobody wakes it. */
const pollMs = 2000

const closeGraceMs = 5000

interface Running {
  readonly name: string
  readonly type: string
  readonly only: readonly StationOutcome[] | undefined
  readonly output: Output
  readonly courier: Courier
}

/**
 * @throws {UsageError} A secret is missing, a package is not installed: the message names the key.
 * @throws {InputError} A file that the configuration names cannot be read.
 */
export async function openOutputs(
  { config, folder, path }: FoundConfig,
  tools: OutputsTools,
): Promise<Outputs> {
  const { outbox, clock, seed, environment, log, backOff = defaultBackOff } = tools
  const timepiece = tools.timepiece ?? timepieceOf(clock)
  const { station } = config
  const policy = { failSafe: config.failSafe, review: config.review }
  const opened: Output[] = []
  try {
    for (const [i, each] of config.outputs.entries())
      opened.push(
        await openOutput(each, `${path}: outputs[${i}]`, {
          environment,
          folder,
          timepiece,
          station,
          random: createRandom(seed, 'output', each.name),
          backOff,
          trouble: (reason) => log({ kind: 'trouble', output: each.name, reason }),
        }),
      )
  } catch (error) {
    await Promise.all(opened.map((output) => output.close()))
    throw error
  }

  const running = config.outputs.map(({ name, type, only, giveUpAfterHours }, i): Running => {
    const output = opened[i]!
    const settings = { name, policy, backOff, giveUpAfterMs: giveUpAfterHours * 3_600_000, pollMs }
    const random = createRandom(seed, 'courier', name)
    const courier = startCourier(settings, { output, outbox, timepiece, random, log })
    return { name, type, only, output, courier }
  })

  const whoTells = ({ outcome, shadowOf }: Judged): readonly Running[] =>
    shadowOf === null ? running.filter(({ only }) => only === undefined || only.includes(outcome)) : []

  return {
    lettersFor(judged) {
      const payload: NewLetter['payload'] = JSON.parse(JSON.stringify(resultMessage(judged, true)))
      return whoTells(judged).map(({ name }) => ({ target: name, kind: resultKind, payload }))
    },
    wake() {
      for (const { courier } of running) courier.wake()
    },
    tellUnrecorded(judged) {
      const message = resultMessage(judged, false)
      for (const { courier } of whoTells(judged)) courier.tell(message)
    },
    tellTurnedAway(part) {
      const message = turnedAwayMessage(part)
      for (const { courier, only } of running)
        if (only === undefined || only.includes(part.outcome)) courier.tell(message)
    },
    show(state) {
      for (const { output } of running) output.show?.(state)
    },
    async figures() {
      const counts = await outbox.counts().catch((error: unknown) => {
        if (error instanceof StorageError) return null
        throw error
      })
      return running.map(({ name, type, courier }) => ({
        name,
        type,
        ...courier.figures(),
        waiting: counts && (counts[name]?.waiting ?? 0),
        deadLetters: counts && (counts[name]?.dead ?? 0),
      }))
    },
    async orphans() {
      const known = new Set(running.map(({ name }) => name))
      const counts = Object.entries(await outbox.counts())
      return Object.fromEntries(
        counts.flatMap(([name, { waiting }]) => (known.has(name) || waiting === 0 ? [] : [[name, waiting]])),
      )
    },
    async close(graceMs = closeGraceMs) {
      await Promise.all(running.map(({ courier }) => courier.close(graceMs)))
    },
  }
}
