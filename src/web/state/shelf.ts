/** The models that the station knows: for the one colour scale that all maps of a model share, and for whoever switches them. */
import { signal } from '@preact/signals'
import type { Models } from '../../wire/serve/models.ts'
import { listen } from './events.ts'
import { type MapScale, station } from './station.ts'

export const shelf = signal<Models | null>(null)

/** Reads it once, and again whenever a model changes. Views that need it say themselves that it cannot be had. */
export function followShelf(): void {
  const read = (): void => {
    station
      .models()
      .then((models) => {
        shelf.value = models
      })
      .catch(() => undefined)
  }
  read()
  listen((heard) => {
    if (
      heard.kind === 'gap' ||
      (heard.kind === 'state' && (heard.what === 'model' || heard.what === 'shadow'))
    )
      read()
  })
}

/** Undefined for a model that is no longer there: its maps are then drawn from their own lowest to their own highest value. */
export function scaleOf(fingerprint: string | undefined): MapScale | undefined {
  return shelf.value?.models.find((model) => model.fingerprint === fingerprint)?.card?.mapScale
}
