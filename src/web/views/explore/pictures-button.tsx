/** Thumbnails in place of rows, and back. */
import { say } from '../../words/language.ts'

interface Props {
  readonly asPictures: boolean
  readonly onChange: (asPictures: boolean) => void
}

export function PicturesButton({ asPictures, onChange }: Props) {
  return (
    <button type="button" aria-pressed={asPictures} onClick={() => onChange(!asPictures)}>
      {say('explore.pictures')}
    </button>
  )
}
