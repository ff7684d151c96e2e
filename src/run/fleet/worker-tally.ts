/** What a worker has done, as it says itself and as Prometheus asks. */

export type Ending = 'done' | 'failed' | 'dropped'

export interface WorkerTally {
  /** @returns What to call when it ends; gives the seconds it took. */
  begin(kind: string): (ending: Ending) => number
  /** Units of work that a step has got through, e.g. images. */
  progress(id: string, unit: string, done: number): void
  readonly done: number
  readonly failed: number
  /** Since the last step; 0 while there is one. */
  idleSeconds(): number
  /** In the text format of Prometheus, version 0.0.4. */
  text(): string
}

export interface WorkerLabels {
  readonly plumbline: string
  readonly onnxruntime: string
  readonly processor: string
  /** At a time. */
  readonly jobs: number
}

export function createTally({ jobs, ...labels }: WorkerLabels): WorkerTally {
  const steps = new Map<string, number>()
  const seconds = new Map<string, number>()
  const units = new Map<string, number>()
  const reached = new Map<string, number>()
  let [busy, idleSince] = [0, performance.now()]
  const add = (to: Map<string, number>, key: string, by: number) => to.set(key, (to.get(key) ?? 0) + by)
  const count = (ending: Ending): number =>
    [...steps].reduce((sum, [key, n]) => sum + (key.endsWith(`"${ending}"`) ? n : 0), 0)
  return {
    begin(kind) {
      busy++
      const started = performance.now()
      return (ending) => {
        busy--
        idleSince = performance.now()
        const took = (idleSince - started) / 1000
        add(steps, `kind="${kind}",ending="${ending}"`, 1)
        add(seconds, `kind="${kind}"`, took)
        return took
      }
    },
    progress(id, unit, done) {
      const key = `${id} ${unit}`
      const before = reached.get(key) ?? 0
      add(units, `unit="${unit}"`, done < before ? done : done - before) // a new line of the same step begins at 0
      reached.set(key, done)
      if (reached.size > 1000) reached.clear()
    },
    get done() {
      return count('done')
    },
    get failed() {
      return count('failed')
    },
    idleSeconds: () => (busy > 0 ? 0 : (performance.now() - idleSince) / 1000),
    text: () =>
      [
        ...metric('plumbline_worker_info', 'gauge', 'What the worker is.', [
          [
            Object.entries(labels)
              .map(([name, value]) => `${name}="${value}"`)
              .join(','),
            1,
          ],
        ]),
        ...metric('plumbline_worker_slots', 'gauge', 'Steps it does at a time.', [['', jobs]]),
        ...metric('plumbline_worker_busy', 'gauge', 'Steps it is at.', [['', busy]]),
        ...metric('plumbline_worker_steps_total', 'counter', 'Steps by kind and ending.', [...steps]),
        ...metric('plumbline_worker_step_seconds_total', 'counter', 'Seconds spent on steps.', [...seconds]),
        ...metric('plumbline_worker_units_total', 'counter', 'Images and other units of progress.', [
          ...units,
        ]),
        '',
      ].join('\n'),
  }
}

const metric = (
  name: string,
  type: string,
  help: string,
  values: readonly (readonly [string, number])[],
): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
  ...values.map(([labels, value]) => `${name}${labels === '' ? '' : `{${labels}}`} ${value}`),
]
