/** What Prometheus is told: verdicts, refusals, times, the line, the model. One registry to a station. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  readonly registry: Registry
  readonly verdicts: Counter<'verdict' | 'source'>
  readonly refusals: Counter<'state'>
  readonly seconds: Histogram<'stage'>
  readonly requests: Counter<'route' | 'status'>
  readonly unrecorded: Counter
  readonly shadowSkipped: Counter
  readonly held: Gauge
  readonly model: Gauge<'id' | 'fingerprint' | 'use'>
  readonly ready: Gauge
}

/** Around a camera's cycle time. */
const buckets = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10]

/** @param held - Requests in line, asked for when the metrics are. */
export function createMetrics(held: () => number, isReady: () => boolean): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    verdicts: new Counter({
      ...{ name: 'plumbline_verdicts_total', help: 'Parts that were judged', registers },
      labelNames: ['verdict', 'source'],
    }),
    refusals: new Counter({
      ...{ name: 'plumbline_no_verdict_total', help: 'Requests for a verdict that got none', registers },
      labelNames: ['state'],
    }),
    seconds: new Histogram({
      ...{ name: 'plumbline_inspection_seconds', help: 'Time that an inspection took', registers },
      ...{ labelNames: ['stage'], buckets },
    }),
    requests: new Counter({
      ...{ name: 'plumbline_requests_total', help: 'Answered requests', registers },
      labelNames: ['route', 'status'],
    }),
    unrecorded: new Counter({
      ...{ name: 'plumbline_unrecorded_total', help: 'Verdicts that the database could not take', registers },
    }),
    shadowSkipped: new Counter({
      ...{
        name: 'plumbline_shadow_skipped_total',
        help: 'Parts that the model in shadow did not get to',
        registers,
      },
    }),
    held: new Gauge({
      ...{
        name: 'plumbline_requests_held',
        help: 'Requests for a verdict that are waiting or judged',
        registers,
      },
      collect() {
        this.set(held())
      },
    }),
    model: new Gauge({
      ...{ name: 'plumbline_model_info', help: '1 for each model in use', registers },
      labelNames: ['id', 'fingerprint', 'use'],
    }),
    ready: new Gauge({
      ...{ name: 'plumbline_ready', help: '1 where verdicts are to be had', registers },
      collect() {
        this.set(isReady() ? 1 : 0)
      },
    }),
  }
}
