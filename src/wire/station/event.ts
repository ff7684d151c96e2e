/** What happens at the station, as it is told to whoever watches: one server-sent event each. */
import { z } from 'zod'
import { jobStates } from '../jobs.ts'
import { inspectionIdSchema, nameSchema, timeSchema } from './basics.ts'
import { correctionSchema } from './correction.ts'
import { driftAlarmSchema } from './drift.ts'
import { stationInspectionSchema } from './inspection.ts'
import { letterSchema } from './letter.ts'
import { claimSchema } from './review.ts'

const at = { at: timeSchema }

export const stationEventSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...at, kind: z.literal('inspection'), inspection: stationInspectionSchema }),
  z.strictObject({ ...at, kind: z.literal('correction'), correction: correctionSchema }),
  z.strictObject({
    ...at,
    kind: z.literal('claim'),
    inspection: inspectionIdSchema,
    /** Null where it was given back. */
    claim: claimSchema.nullable(),
  }),
  z.strictObject({ ...at, kind: z.literal('alarm'), alarm: driftAlarmSchema }),
  z.strictObject({ ...at, kind: z.literal('dead-letter'), letter: letterSchema.omit({ payload: true }) }),
  /** Of a part of the station: the model, an output, a camera, the records. */
  z.strictObject({
    ...at,
    kind: z.literal('state'),
    what: z.enum(['model', 'shadow', 'output', 'camera', 'records', 'watch']),
    name: nameSchema,
    state: z.enum(['up', 'down', 'starting', 'changed']),
    detail: z.string().nullable(),
  }),
  z.strictObject({
    ...at,
    kind: z.literal('job'),
    job: nameSchema,
    state: z.enum(jobStates),
    label: z.string().nullable(),
    done: z.number().nullable(),
    total: z.number().nullable(),
  }),
])

export type StationEvent = z.infer<typeof stationEventSchema>
