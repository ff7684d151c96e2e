/** One of a few, by name; nothing chosen is all of them, unless one is needed. */
import { say } from '../words/language.ts'

interface Props {
  readonly name: string
  readonly value: string | undefined
  readonly options: readonly (readonly [value: string, text: string])[]
  /** Without the choice of nothing. */
  readonly needed?: boolean
  /** Words of the choice of nothing; default "all". */
  readonly nothing?: string
  readonly onChange: (value: string | undefined) => void
}

export function Choice({ name, value, options, needed = false, nothing, onChange }: Props) {
  const isKnown = value === undefined || options.some(([each]) => each === value)
  return (
    <label>
      {name}
      <select
        value={value ?? ''}
        onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
      >
        {!needed && <option value="">{nothing ?? say('filter.all')}</option>}
        {!isKnown && <option value={value}>{value}</option>}
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

export function NumberField({
  name,
  value,
  onChange,
}: {
  readonly name: string
  readonly value: number | undefined
  readonly onChange: (value: number | undefined) => void
}) {
  return (
    <label>
      {name}
      <input
        type="number"
        step="any"
        value={value ?? ''}
        onChange={({ currentTarget }) =>
          onChange(currentTarget.value === '' ? undefined : Number(currentTarget.value))
        }
      />
    </label>
  )
}
