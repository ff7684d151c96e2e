/** How much of the heat map is seen over the photograph. */
import type { Signal } from '@preact/signals'
import { say } from '../words/language.ts'
import { Slider } from './slider.tsx'

export function MapOpacity({ opacity }: { readonly opacity: Signal<number> }) {
  return (
    <Slider
      name={say('picture.opacity')}
      min={0}
      max={1}
      step={0.05}
      value={opacity.value}
      onInput={(value) => {
        opacity.value = value
      }}
    />
  )
}
