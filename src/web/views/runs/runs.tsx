/** Evaluations: the list, one with its findings, two side by side. */
import type { ViewProps } from '../views.ts'
import { AllRuns } from './all-runs.tsx'
import { Compared } from './compared.tsx'
import { OneRun } from './one-run.tsx'

export function Runs({ path: [a, b] }: ViewProps) {
  if (a === undefined) return <AllRuns />
  return b === undefined ? <OneRun key={a} id={a} /> : <Compared key={`${a} ${b}`} a={a} b={b} />
}
