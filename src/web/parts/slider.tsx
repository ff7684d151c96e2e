/** A value between two ends, with its name and, where it is said, the value in words. */
interface Props {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly step: number
  readonly value: number
  /** Absent: the position says enough. */
  readonly show?: (value: number) => string
  readonly onInput: (value: number) => void
}

export function Slider({ name, min, max, step, value, show, onInput }: Props) {
  return (
    <label>
      <span class="slider-name">
        {name} {show !== undefined && <b>{show(value)}</b>}
      </span>
      <input
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        onInput={(event) => onInput(event.currentTarget.valueAsNumber)}
      />
    </label>
  )
}
