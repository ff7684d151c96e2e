/** The photograph; where it lies in no folder of the station, the heat map of a fold. */
import { useSignal } from '@preact/signals'
import type { ShownImage } from '../../state/run-filter.ts'
import { runMapAddress, runThumbnailAddress } from '../../state/runs.ts'

export function RunThumbnail({
  run,
  shown: { image, fold },
}: {
  readonly run: string
  readonly shown: ShownImage
}) {
  const failed = useSignal(0)
  const address = [runThumbnailAddress(run, image.image, 160), runMapAddress(run, fold, image.image)][
    failed.value
  ]
  return address === undefined ? (
    <span class="no-picture" />
  ) : (
    <img
      src={address}
      alt=""
      loading="lazy"
      decoding="async"
      onError={() => {
        failed.value++
      }}
    />
  )
}
