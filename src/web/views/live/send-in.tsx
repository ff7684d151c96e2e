/** Pictures from a person: dropped anywhere, chosen, or taken with the camera of this device. */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Explained } from '../../parts/trouble.tsx'
import { cancelSending, forgetSending, sending, sendPictures } from '../../state/sending.ts'
import { number, say } from '../../words/language.ts'
import { Camera } from './camera.tsx'

export function SendIn() {
  const hovering = useSignal(false)
  const withCamera = useSignal(false)
  const chooser = useRef<HTMLInputElement>(null)

  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      hovering.value = true
    }
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) hovering.value = false
    }
    const drop = (event: DragEvent): void => {
      event.preventDefault()
      hovering.value = false
      void sendPictures([...(event.dataTransfer?.files ?? [])])
    }
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', drop)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', drop)
    }
  }, [])

  return (
    <section class="panel send-in" data-hovering={hovering.value} aria-label={say('send.title')}>
      <h2>{say('send.title')}</h2>
      <p class="muted">{say('send.what')}</p>
      <div class="buttons">
        <button type="button" onClick={() => chooser.current?.click()}>
          {say('send.choose')}
        </button>
        <button
          type="button"
          aria-pressed={withCamera.value}
          onClick={() => {
            withCamera.value = !withCamera.value
          }}
        >
          {say('send.camera')}
        </button>
      </div>
      <input
        ref={chooser}
        type="file"
        accept="image/*"
        multiple
        hidden
        onChange={(event) => {
          void sendPictures([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
      {withCamera.value && <Camera />}
      <Progress />
    </section>
  )
}

function Progress() {
  const now = sending.value
  if (now === null) return null
  const isOver = now.done === now.total
  return (
    <div class="sending" role="status">
      <p>{say('send.done', { done: number(now.done), total: number(now.total) })}</p>
      <progress value={now.done} max={now.total} aria-label={say('send.title')} />
      {now.failures > 0 && (
        <details open>
          <summary>{say('send.failed', { n: now.failures })}</summary>
          <ul>
            {now.failed.map(({ name, reason }, i) => (
              <li key={`${i} ${name}`}>
                <b class="break">{name}</b> <Explained error={reason} />
              </li>
            ))}
          </ul>
        </details>
      )}
      <button type="button" onClick={isOver ? forgetSending : cancelSending}>
        {say(isOver ? 'close' : 'cancel')}
      </button>
    </div>
  )
}
