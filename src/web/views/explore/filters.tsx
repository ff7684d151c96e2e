/** What is looked for. Each change is in the address at once. */

import { outcomes } from '../../../wire/station/outcomes.ts'
import type { InspectionFilter } from '../../../wire/station/query.ts'
import type { StationOutcome } from '../../../wire/station/verdict.ts'
import { Choice, NumberField } from '../../parts/choice.tsx'
import type { Order } from '../../state/filter.ts'
import { useResource } from '../../state/resource.ts'
import { station } from '../../state/station.ts'
import { say } from '../../words/language.ts'

interface Props {
  readonly filter: InspectionFilter
  readonly order: Order
  readonly onChange: (filter: InspectionFilter, order: Order) => void
}

export function Filters({ filter, order, onChange }: Props) {
  const facets = useResource('facets', (signal) => station.facets({ signal }))
  const known = facets.now.value.value
  const change = (
    part: { readonly [Name in keyof InspectionFilter]: InspectionFilter[Name] | undefined },
  ): void => {
    const next = Object.entries({ ...filter, ...part }).filter(
      ([, value]) => value !== undefined && value !== '',
    )
    onChange(Object.fromEntries(next) as InspectionFilter, order)
  }
  const toggle = (outcome: StationOutcome): void => {
    const now = filter.outcome ?? []
    const next = now.includes(outcome) ? now.filter((each) => each !== outcome) : [...now, outcome]
    change({ outcome: next.length === 0 ? undefined : next })
  }
  return (
    <search class="filters" aria-label={say('filter.title')}>
      <fieldset class="chips">
        <legend class="hidden">{say('filter.outcome')}</legend>
        {outcomes.map((outcome) => (
          <button
            key={outcome}
            type="button"
            aria-pressed={filter.outcome?.includes(outcome) ?? false}
            onClick={() => toggle(outcome)}
          >
            {say(`outcome.${outcome}`)}
          </button>
        ))}
      </fieldset>
      <Choice
        name={say('filter.correction')}
        value={filter.correction}
        options={(['any', 'none', 'nominal', 'anomalous', 'unsure'] as const).map((each) => [
          each,
          say(`correction.${each}`),
        ])}
        onChange={(correction) => change({ correction: correction as InspectionFilter['correction'] })}
      />
      <Choice
        name={say('filter.lot')}
        value={filter.lot}
        options={(known?.lots ?? []).map((lot) => [lot, lot])}
        onChange={(lot) => change({ lot })}
      />
      <Choice
        name={say('filter.camera')}
        value={filter.camera}
        options={(known?.cameras ?? []).map((camera) => [camera, camera])}
        onChange={(camera) => change({ camera })}
      />
      <Choice
        name={say('filter.kind')}
        value={filter.kind}
        options={(known?.kinds ?? []).map((kind) => [kind, kind])}
        onChange={(kind) => change({ kind })}
      />
      <Choice
        name={say('filter.model')}
        value={filter.model}
        options={(known?.models ?? []).map(({ name, fingerprint }) => [
          fingerprint,
          `${name} ${fingerprint.slice(0, 8)}`,
        ])}
        onChange={(model) => change({ model })}
      />
      <label>
        {say('filter.part')}
        <input
          value={filter.part ?? ''}
          onChange={(event) => change({ part: event.currentTarget.value.trim() })}
        />
      </label>
      <Time name={say('filter.from')} value={filter.from} onChange={(from) => change({ from })} />
      <Time name={say('filter.to')} value={filter.to} onChange={(to) => change({ to })} />
      <NumberField
        name={say('filter.scoreFrom')}
        value={filter.scoreFrom}
        onChange={(scoreFrom) => change({ scoreFrom })}
      />
      <Choice
        name={say('filter.order')}
        value={order}
        needed
        options={(['newest', 'oldest', 'highest', 'lowest'] as const).map((each) => [
          each,
          say(`order.${each}`),
        ])}
        onChange={(next) => onChange(filter, (next ?? 'newest') as Order)}
      />
      <button type="button" onClick={() => onChange({}, 'newest')}>
        {say('filter.clear')}
      </button>
    </search>
  )
}

function Time({
  name,
  value,
  onChange,
}: {
  readonly name: string
  readonly value: string | undefined
  readonly onChange: (iso: string | undefined) => void
}) {
  return (
    <label>
      {name}
      <input
        type="datetime-local"
        value={value === undefined ? '' : local(value)}
        onChange={({ currentTarget }) =>
          onChange(currentTarget.value === '' ? undefined : new Date(currentTarget.value).toISOString())
        }
      />
    </label>
  )
}

/** ISO time as `datetime-local` wants it: this place's, without a zone. */
function local(iso: string): string {
  const at = new Date(iso)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
