/** The log: one JSON object a line, with the id of the request. Neither content nor token nor name of a client's file is in it. */
import { type Logger, pino } from 'pino'

export type Log = Logger

/** @param write - Takes whole lines. */
export function createLog(write: (line: string) => void, isQuiet: boolean, now: () => Date): Log {
  return pino(
    {
      level: isQuiet ? 'warn' : 'info',
      base: null,
      timestamp: () => `,"time":"${now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  )
}
