/** The pictures of a guardrail, each with its caption. */
import type { GuardrailPicture } from '../../wire/guardrail-report.ts'
import { html, type Markup } from '../html.ts'

export function evidencePictures(pictures: readonly GuardrailPicture[], id: string): Markup {
  return html`${pictures
    .filter((picture) => picture.id === id)
    .map(
      ({ picture, caption, width, height }) =>
        html`<figure><img src="${picture}" width="${width}" height="${height}" alt="${caption}"><figcaption>${caption}</figcaption></figure>
`,
    )}`
}
