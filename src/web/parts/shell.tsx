/** What surrounds every view: where one is, whether the station answers, who one is, language and light. */
import type { ComponentChildren } from 'preact'
import { access, reachable } from '../state/call.ts'
import { connection, reconnect } from '../state/events.ts'
import { person, signOut } from '../state/person.ts'
import { address } from '../state/route.ts'
import { isDark, switchTheme } from '../state/theme.ts'
import { views } from '../views/views.ts'
import { chooseLanguage, language, languages, say } from '../words/language.ts'

export function Shell({
  current,
  children,
}: {
  readonly current: string
  readonly children: ComponentChildren
}) {
  const isAway = !reachable.value || connection.value === 'broken'
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        {say('skip')}
      </button>
      <header class="top">
        <a class="brand" href={address([])}>
          <svg viewBox="0 0 16 24" aria-hidden="true">
            <path d="M8 0V13" />
            <path d="M3.5 13h9L8 23Z" class="bob" />
          </svg>
          Plumbline
        </a>
        <nav aria-label={say('views')}>
          <ul>
            {views.map(({ id, path }) => (
              <li key={id}>
                <a href={address(path)} aria-current={id === current ? 'page' : undefined}>
                  {say(`view.${id}`)}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="surroundings">
          {person.value !== null && <span class="muted">{person.value.name}</span>}
          {person.value?.needsToken && (
            <button type="button" onClick={signOut}>
              {say('signOut')}
            </button>
          )}
          <label>
            <span class="hidden">{say('language')}</span>
            <select value={language.value} onChange={(event) => chooseLanguage(event.currentTarget.value)}>
              {languages.map(({ code, name }) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <button type="button" onClick={switchTheme}>
            {say(isDark() ? 'theme.toLight' : 'theme.toDark')}
          </button>
        </div>
      </header>
      {isAway && access.value !== 'unknown' && (
        <div class="away" role="alert">
          <p>{say('trouble.away')}</p>
          <button type="button" onClick={reconnect}>
            {say('again')}
          </button>
        </div>
      )}
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  )
}
