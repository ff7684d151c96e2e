/** The camera of this device. Browsers give it out on https and on localhost only; elsewhere that is said. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { sendPictures } from '../../state/sending.ts'
import { say } from '../../words/language.ts'

export function Camera() {
  const video = useRef<HTMLVideoElement>(null)
  const trouble = useSignal<string | null>(null)

  useEffect(() => {
    let stream: MediaStream | undefined
    let isGone = false
    const open = async (): Promise<void> => {
      if (navigator.mediaDevices === undefined) {
        trouble.value = say('camera.insecure')
        return
      }
      try {
        stream = await navigator.mediaDevices.getUserMedia({
          video: { width: { ideal: 1920 }, facingMode: 'environment' },
        })
        if (isGone) return stop()
        if (video.current !== null) video.current.srcObject = stream
      } catch (error) {
        trouble.value = say('camera.refused', { why: error instanceof Error ? error.message : String(error) })
      }
    }
    const stop = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
    void open()
    return () => {
      isGone = true
      stop()
    }
  }, [])

  const take = async (): Promise<void> => {
    const from = video.current
    if (from === null || from.videoWidth === 0) return
    const canvas = new OffscreenCanvas(from.videoWidth, from.videoHeight)
    canvas.getContext('2d')?.drawImage(from, 0, 0)
    // PNG: what the camera saw, without a second loss
    const blob = await canvas.convertToBlob({ type: 'image/png' })
    await sendPictures([new File([blob], `camera-${new Date().toISOString()}.png`, { type: 'image/png' })])
  }

  if (trouble.value !== null) return <p class="trouble">{trouble.value}</p>
  return (
    <div class="camera">
      <video ref={video} autoplay muted playsInline aria-label={say('send.camera')} />
      <button type="button" class="primary" onClick={() => void take()}>
        {say('camera.take')}
      </button>
    </div>
  )
}
