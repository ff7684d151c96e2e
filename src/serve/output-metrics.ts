/** What Prometheus is told of the outputs: plain numbers of the couriers, asked for when the metrics are. */
import { Counter, Gauge, type Registry } from 'prom-client'
import type { OutputFigures, Outputs } from '../outputs/open-outputs.ts'

type Value = (figures: OutputFigures) => number | null

const gauges: readonly { readonly name: string; readonly help: string; readonly value: Value }[] = [
  {
    name: 'plumbline_output_up',
    help: '1 where the place was reached last time',
    value: ({ state }) => Number(state === 'up'),
  },
  {
    name: 'plumbline_output_left_alone',
    help: '1 while the circuit breaker leaves the place alone',
    value: ({ breaker }) => Number(breaker === 'open'),
  },
  {
    name: 'plumbline_output_letters_waiting',
    help: 'Letters that wait to be delivered',
    value: ({ waiting }) => waiting,
  },
  {
    name: 'plumbline_output_letters_dead',
    help: 'Letters that were given up and wait for a person',
    value: ({ deadLetters }) => deadLetters,
  },
  {
    name: 'plumbline_output_lag_seconds',
    help: 'From the record to the delivery, of the last letter delivered',
    value: ({ lagMs }) => (lagMs === null ? null : lagMs / 1000),
  },
]

const counters: typeof gauges = [
  {
    name: 'plumbline_output_delivered_total',
    help: 'Letters delivered since the start',
    value: ({ delivered }) => delivered,
  },
  {
    name: 'plumbline_output_failures_total',
    help: 'Attempts that failed since the start',
    value: ({ failures }) => failures,
  },
  {
    name: 'plumbline_output_told_lost_total',
    help: 'Results without a record that could not be told',
    value: ({ toldLost }) => toldLost,
  },
]

export function addOutputMetrics(registry: Registry, outputs: Outputs): void {
  /** All of them are asked for at once, and share one look into the outbox. */
  let asked: ReturnType<Outputs['figures']> | undefined
  const figures: Outputs['figures'] = () => {
    asked ??= outputs.figures().finally(() => {
      asked = undefined
    })
    return asked
  }
  const common = { registers: [registry], labelNames: ['output'] as const }
  for (const { name, help, value } of gauges) {
    new Gauge({
      ...{ name, help, ...common },
      async collect() {
        this.reset()
        for (const each of await figures()) {
          const number = value(each)
          if (number !== null) this.set({ output: each.name }, number)
        }
      },
    })
  }
  for (const { name, help, value } of counters) {
    new Counter({
      ...{ name, help, ...common },
      async collect() {
        this.reset()
        for (const each of await figures()) this.inc({ output: each.name }, value(each) ?? 0)
      },
    })
  }
}
