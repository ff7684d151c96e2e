/** What was opened is given back in reverse, at the end or where a later step fails. */

export interface Undo {
  add(step: () => void | Promise<void>): void
  /** Every step, even where one fails; the first error is thrown. Once. */
  run(): Promise<void>
}

export function createUndo(): Undo {
  const steps: (() => void | Promise<void>)[] = []
  return {
    add(step) {
      steps.push(step)
    },
    async run() {
      const errors: unknown[] = []
      for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
        try {
          await step()
        } catch (error) {
          errors.push(error)
        }
      }
      if (errors.length > 0) throw errors[0]
    },
  }
}
