/** The models: which judges, which judges in shadow, what each promises, and switching them. */
import type { Models, ShelvedModel } from '../../../wire/serve/models.ts'
import { InEnglish } from '../../parts/in-english.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useAttempt } from '../../state/attempt.ts'
import { may } from '../../state/person.ts'
import { address } from '../../state/route.ts'
import { training } from '../../state/training.ts'
import { say, score } from '../../words/language.ts'

export function Shelf({ shelf, onChange }: { readonly shelf: Models; readonly onChange: () => void }) {
  const { trouble, isRunning, run } = useAttempt()
  const change = (act: () => Promise<unknown>): void =>
    run(async () => {
      await act()
      onChange()
    })
  const canSwitch = may('admin') && !isRunning.value
  return (
    <>
      {trouble.value !== null && <Trouble error={trouble.value} />}
      {isRunning.value && (
        <p role="status" class="waiting muted">
          {say('shelf.switching')}
        </p>
      )}
      <ul class="proposals">
        {shelf.models.map((model) => (
          <li key={model.id} class="panel" data-state={model.state} data-model={model.id}>
            <p>
              <b>{model.id}</b>
              {model.use !== null && <span class="state">{say(`use.${model.use}`)}</span>}
            </p>
            <Promised model={model} />
            <div class="buttons">
              <button
                type="button"
                disabled={!canSwitch || model.state !== 'ready' || model.use === 'active'}
                onClick={() => change(() => training.activate(model.id))}
              >
                {say('shelf.activate')}
              </button>
              <button
                type="button"
                disabled={!canSwitch || model.state !== 'ready' || model.use === 'active'}
                aria-pressed={model.use === 'shadow'}
                onClick={() =>
                  change(() => (model.use === 'shadow' ? training.endShadow() : training.shadow(model.id)))
                }
              >
                {say('shelf.shadow')}
              </button>
              {model.use === 'shadow' && (
                <a class="button" href={address(['train', 'compare'])}>
                  {say('shelf.compare')}
                </a>
              )}
              {model.use === 'shadow' && model.fingerprint !== null && (
                <a class="button" href={address(['explore'], { shadow: 'shadow', model: model.fingerprint })}>
                  {say('shelf.shadowSaid')}
                </a>
              )}
            </div>
          </li>
        ))}
      </ul>
      <button
        type="button"
        disabled={!canSwitch || shelf.previous === null}
        onClick={() => change(training.rollBack)}
      >
        {shelf.previous === null ? say('shelf.noWayBack') : say('shelf.rollBack', { model: shelf.previous })}
      </button>
    </>
  )
}

function Promised({ model: { state, reason, card } }: { readonly model: ShelvedModel }) {
  if (state !== 'ready' || card === null)
    return <p class="trouble">{reason === null ? say('shelf.checking') : <InEnglish>{reason}</InEnglish>}</p>
  return (
    <p>
      {card.detector.id}, {card.backbone.id}
      {card.threshold !== null && ` · ${say('fact.threshold')} ${score(card.threshold.value)}`}
      <br />
      <small>
        {card.evaluated === null ? (
          say('promise.unevaluated')
        ) : (
          <InEnglish>{card.evaluated.verdict}</InEnglish>
        )}
      </small>
    </p>
  )
}
