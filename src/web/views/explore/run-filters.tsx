/** Which images of a run are shown. Each change is in the address at once. */
import type { RunImage } from '../../../wire/serve/runs.ts'
import { verdicts } from '../../../wire/station/outcomes.ts'
import type { Verdict } from '../../../wire/station/verdict.ts'
import { Choice, NumberField } from '../../parts/choice.tsx'
import type { RunFilter } from '../../state/run-filter.ts'
import { number, say } from '../../words/language.ts'

interface Props {
  readonly all: readonly RunImage[]
  readonly filter: RunFilter
  readonly onChange: (filter: RunFilter) => void
}

export function RunFilters({ all, filter, onChange }: Props) {
  const defects = [...new Set(all.map(({ defect }) => defect).filter((defect) => defect !== ''))].sort()
  const folds = [...new Set(all.flatMap(({ judged }) => judged.map(({ fold }) => fold)))].sort(
    (a, b) => a - b,
  )
  const change = (part: { readonly [Name in keyof RunFilter]: RunFilter[Name] | undefined }): void =>
    onChange({ ...filter, ...part } as RunFilter)
  const toggle = (verdict: Verdict): void => {
    const now = filter.verdict ?? []
    const next = now.includes(verdict) ? now.filter((each) => each !== verdict) : [...now, verdict]
    change({ verdict: next.length === 0 ? undefined : next })
  }
  return (
    <search class="filters panel" aria-label={say('filter.title')}>
      <fieldset class="chips">
        <legend>{say('filter.outcome')}</legend>
        {verdicts.map((verdict) => (
          <button
            key={verdict}
            type="button"
            aria-pressed={filter.verdict?.includes(verdict) ?? false}
            onClick={() => toggle(verdict)}
          >
            {say(`outcome.${verdict}`)}
          </button>
        ))}
      </fieldset>
      <Choice
        name={say('runFilter.judged')}
        value={filter.judged}
        options={(['wrong', 'right'] as const).map((each) => [each, say(`runFilter.${each}`)])}
        onChange={(judged) => change({ judged: judged as RunFilter['judged'] })}
      />
      <Choice
        name={say('runFilter.label')}
        value={filter.label}
        options={(['nominal', 'anomalous'] as const).map((each) => [each, say(`label.${each}`)])}
        onChange={(label) => change({ label: label as RunFilter['label'] })}
      />
      <Choice
        name={say('filter.kind')}
        value={filter.defect}
        options={defects.map((defect) => [defect, defect])}
        onChange={(defect) => change({ defect })}
      />
      <Choice
        name={say('runFilter.fold')}
        value={filter.fold === undefined ? undefined : String(filter.fold)}
        options={folds.map((fold) => [String(fold), number(fold)])}
        onChange={(fold) => change({ fold: fold === undefined ? undefined : Number(fold) })}
      />
      <NumberField
        name={say('filter.scoreFrom')}
        value={filter.scoreFrom}
        onChange={(scoreFrom) => change({ scoreFrom })}
      />
      <NumberField
        name={say('runFilter.scoreTo')}
        value={filter.scoreTo}
        onChange={(scoreTo) => change({ scoreTo })}
      />
      <Choice
        name={say('filter.order')}
        value={filter.order ?? 'highest'}
        needed
        options={(['highest', 'lowest'] as const).map((each) => [each, say(`order.${each}`)])}
        onChange={(order) => change({ order: order === 'lowest' ? order : undefined })}
      />
      <button type="button" onClick={() => onChange({})}>
        {say('filter.clear')}
      </button>
    </search>
  )
}
