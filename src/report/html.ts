/**
 * Markup that cannot forget to escape: a tagged template whose every value is escaped unless it is markup already.
 *
 * Works the same in element content and in quoted attribute values; never write an unquoted attribute.
 */

/** Markup that is safe to place into a page as it stands. Only this file makes one from a bare string. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Content = Markup | string | number | null | undefined | false | readonly Content[]

/** Escapes text for element content and quoted attributes; control characters HTML forbids become U+FFFD. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]|\p{Cc}|\p{Cs}/gu, (character) => entities[character] ?? forbidden(character))
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}
const forbidden = (character: string): string => (/[\t\n\r]/.test(character) ? character : '�')

/** `null`, `undefined` and `false` render as nothing; arrays as their items one after another. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  let text = strings[0] ?? ''
  values.forEach((value, i) => {
    text += render(value) + (strings[i + 1] ?? '')
  })
  return new Markup(text)
}

function render(value: Content): string {
  if (value === null || value === undefined || value === false) return ''
  if (value instanceof Markup) return value.text
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  return value.map(render).join('')
}

/** Text from this program's own files (style, script); never from a dataset. */
export function trusted(text: string): Markup {
  return new Markup(text)
}

/**
 * JSON for a `<script type="application/json">` block: no `<`, so that no value can close the element or open a comment,
 * and no U+2028/2029, so that it is also a valid script.
 */
export function embeddedJson(value: unknown): Markup {
  const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return new Markup(JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, unicode))
}
