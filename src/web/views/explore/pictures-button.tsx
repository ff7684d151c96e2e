/** Thumbnails in place of rows, and back. */
import type { Signal } from '@preact/signals'
import { say } from '../../words/language.ts'

export function PicturesButton({ asPictures }: { readonly asPictures: Signal<boolean> }) {
  return (
    <button
      type="button"
      aria-pressed={asPictures.value}
      onClick={() => {
        asPictures.value = !asPictures.value
      }}
    >
      {say('explore.pictures')}
    </button>
  )
}
