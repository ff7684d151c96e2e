/** A filter of the wire as conditions of a query. Values are always parameters. */
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import { outcomes } from '../../wire/station/outcomes.ts'
import type { InspectionFilter } from '../../wire/station/query.ts'
import type { StationOutcome } from '../../wire/station/verdict.ts'
import type { Tables } from '../database/tables.ts'

type Row = ExpressionBuilder<Tables, 'inspections'>

/** What rows can be found by: each has an index that begins with it. */
export const handles = [
  ...(['part', 'lot', 'kind', 'correctedBy', 'correction', 'model', 'camera'] as const),
  ...(['review', 'shadow', 'outcome', 'score', 'time'] as const),
]
export type Handle = (typeof handles)[number]

/** Null where no index leads to it. */
type Condition = readonly [handle: Handle | null, condition: Expression<SqlBool>]

/**
 * All that the filter names; without `shadow`, verdicts that were answered.
 *
 * @param by - What rows are to be found by: every other condition is put so that no index answers it. Default: as the database likes.
 */
export const matching =
  (filter: InspectionFilter, by?: readonly Handle[]) =>
  (eb: Row): Expression<SqlBool> =>
    eb.and(
      conditionsOf(filter, eb).map(([handle, condition]) =>
        by === undefined || handle === null || by.includes(handle) ? condition : withoutIndex(eb, condition),
      ),
    )

/** One of its conditions alone. */
export const matchingOne =
  (filter: InspectionFilter, handle: Handle) =>
  (eb: Row): Expression<SqlBool> =>
    eb.and(conditionsOf(filter, eb).flatMap(([each, condition]) => (each === handle ? [condition] : [])))

/** Neither database looks through this; PostgreSQL estimates what is within. */
const withoutIndex = (eb: Row, condition: Expression<SqlBool>): Expression<SqlBool> =>
  eb(condition, 'is', eb.lit(true))

/** Outcomes that the filter asks for; undefined for all. */
export function wantedOutcomes({ outcome }: InspectionFilter): readonly StationOutcome[] | undefined {
  const wanted = outcome && outcomes.filter((each) => outcome.includes(each))
  return wanted?.length === outcomes.length ? undefined : wanted
}

/** What rows of the filter could be found by. */
export function handlesOf(filter: InspectionFilter): readonly Handle[] {
  const { from, to, scoreFrom, scoreTo, correction, shadow = 'answered' } = filter
  const has: Readonly<Record<Handle, boolean>> = {
    time: from !== undefined || to !== undefined,
    score: scoreFrom !== undefined || scoreTo !== undefined,
    outcome: wantedOutcomes(filter) !== undefined,
    correction: correction !== undefined && correction !== 'none',
    shadow: shadow === 'shadow',
    ...{ part: filter.part !== undefined, lot: filter.lot !== undefined },
    ...{ camera: filter.camera !== undefined, model: filter.model !== undefined },
    ...{ kind: filter.kind !== undefined, correctedBy: filter.correctedBy !== undefined },
    review: filter.review !== undefined,
  }
  return handles.filter((handle) => has[handle])
}

function conditionsOf(filter: InspectionFilter, eb: Row): readonly Condition[] {
  const { shadow = 'answered', correction } = filter
  const time = (iso: string): number => Date.parse(iso)
  const wanted = wantedOutcomes(filter)
  const given = <T>(value: T | undefined, condition: (value: T) => Condition): readonly Condition[] =>
    value === undefined ? [] : [condition(value)]
  return [
    ...given(filter.from, (from) => ['time', eb('inspections.time', '>=', time(from))]),
    ...given(filter.to, (to) => ['time', eb('inspections.time', '<', time(to))]),
    ...given(wanted, (some) => ['outcome', outcomeIn(eb, some)]),
    ...given(filter.scoreFrom, (from) => ['score', eb('inspections.score', '>=', from)]),
    ...given(filter.scoreTo, (to) => ['score', eb('inspections.score', '<', to)]),
    ...given(filter.part, (part) => ['part', eb('inspections.part', '=', part)]),
    ...given(filter.lot, (lot) => ['lot', eb('inspections.lot', '=', lot)]),
    ...given(filter.camera, (camera) => ['camera', eb('inspections.camera', '=', camera)]),
    ...given(filter.model, (model) => [
      'model',
      eb('inspections.model', 'in', (sub) =>
        sub.selectFrom('models').select('models.id').where('models.fingerprint', '=', model),
      ),
    ]),
    ...given(correction, (label): Condition => {
      if (label === 'none') return [null, eb('inspections.label', 'is', null)]
      if (label === 'any') return ['correction', eb('inspections.label', 'is not', null)]
      return ['correction', eb('inspections.label', '=', label)]
    }),
    ...given(filter.kind, (kind) => ['kind', eb('inspections.defect_kind', '=', kind)]),
    ...given(filter.correctedBy, (name) => [
      'correctedBy',
      eb('inspections.corrected_by', 'in', (sub) =>
        sub.selectFrom('people').select('people.id').where('people.name', '=', name),
      ),
    ]),
    ...given(filter.review, (state) => ['review', eb('inspections.review_state', '=', state)]),
    ...given(
      shadow === 'both' ? undefined : shadow,
      (which): Condition =>
        which === 'shadow'
          ? ['shadow', eb('inspections.shadow_of', 'is not', null)]
          : [null, eb('inspections.shadow_of', 'is', null)],
    ),
  ]
}

function outcomeIn(eb: Row, wanted: readonly StationOutcome[]): Expression<SqlBool> {
  const [first, ...more] = wanted
  if (first === undefined) return eb.lit(false)
  return more.length === 0
    ? eb('inspections.outcome', '=', first)
    : eb('inspections.outcome', 'in', [...wanted])
}

/** Whether the filter names anything at all. */
export const isEmptyFilter = (filter: InspectionFilter): boolean =>
  Object.entries(filter).every(([name, value]) => value === undefined || name === 'shadow')
