/** A filter of the wire as conditions of a query. Values are always parameters. */
import type { ExpressionBuilder } from 'kysely'
import { outcomes } from '../../wire/station/outcomes.ts'
import type { InspectionFilter } from '../../wire/station/query.ts'
import type { Tables } from '../database/tables.ts'

type Row = ExpressionBuilder<Tables, 'inspections'>

/** All that the filter names; without `shadow`, verdicts that were answered. */
export function matching(filter: InspectionFilter) {
  return (eb: Row) => {
    const { shadow = 'answered', correction } = filter
    const time = (iso: string): number => Date.parse(iso)
    const wanted = filter.outcome && outcomes.filter((outcome) => filter.outcome?.includes(outcome))
    return eb.and([
      ...(filter.from === undefined ? [] : [eb('inspections.time', '>=', time(filter.from))]),
      ...(filter.to === undefined ? [] : [eb('inspections.time', '<', time(filter.to))]),
      ...(wanted === undefined || wanted.length === outcomes.length
        ? []
        : wanted.length === 0
          ? [eb.lit(false)]
          : wanted.length === 1
            ? [eb('inspections.outcome', '=', wanted[0]!)]
            : [eb('inspections.outcome', 'in', wanted)]),
      ...(filter.scoreFrom === undefined ? [] : [eb('inspections.score', '>=', filter.scoreFrom)]),
      ...(filter.scoreTo === undefined ? [] : [eb('inspections.score', '<', filter.scoreTo)]),
      ...(filter.part === undefined ? [] : [eb('inspections.part', '=', filter.part)]),
      ...(filter.lot === undefined ? [] : [eb('inspections.lot', '=', filter.lot)]),
      ...(filter.camera === undefined ? [] : [eb('inspections.camera', '=', filter.camera)]),
      ...(filter.model === undefined
        ? []
        : [
            eb('inspections.model', 'in', (sub) =>
              sub
                .selectFrom('models')
                .select('models.id')
                .where('models.fingerprint', '=', filter.model ?? ''),
            ),
          ]),
      ...(correction === undefined
        ? []
        : correction === 'none'
          ? [eb('inspections.label', 'is', null)]
          : correction === 'any'
            ? [eb('inspections.label', 'is not', null)]
            : [eb('inspections.label', '=', correction)]),
      ...(filter.kind === undefined ? [] : [eb('inspections.defect_kind', '=', filter.kind)]),
      ...(filter.correctedBy === undefined
        ? []
        : [
            eb('inspections.corrected_by', 'in', (sub) =>
              sub
                .selectFrom('people')
                .select('people.id')
                .where('people.name', '=', filter.correctedBy ?? ''),
            ),
          ]),
      ...(filter.review === undefined ? [] : [eb('inspections.review_state', '=', filter.review)]),
      ...(shadow === 'both'
        ? []
        : [eb('inspections.shadow_of', shadow === 'shadow' ? 'is not' : 'is', null)]),
    ])
  }
}

/** Whether the filter names anything at all. */
export const isEmptyFilter = (filter: InspectionFilter): boolean =>
  Object.entries(filter).every(([name, value]) => value === undefined || name === 'shadow')
