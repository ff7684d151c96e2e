/**
 * The shell of every page that we write: self-contained, nothing fetched. A content security policy forbids every request and
 * allows only the page's own style and script, by hash.
 */
import { createHash } from 'node:crypto'
import { version } from '../version.ts'
import { embeddedJson, html, type Markup, trusted } from './html.ts'

export interface PageDocument {
  readonly title: string
  /** Version that made what the page shows. */
  readonly plumbline?: string
  readonly style: string
  /** Absent for a page that runs nothing: its policy then allows no script at all. */
  readonly script?: string
  /** From the top bar to the end of `main`. */
  readonly body: Markup
  /** What the script reads; null for none. */
  readonly data?: unknown
}

/** @returns The whole HTML document. The same input gives the same bytes. */
export function pageDocument({
  title,
  plumbline = version,
  style,
  script = '',
  body,
  data = null,
}: PageDocument): string {
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src '${hashOf(style)}'`,
    script !== '' && `script-src '${hashOf(script)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ]
    .filter((part) => part !== false)
    .join('; ')
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="Plumbline ${plumbline}">
<title>${title} – Plumbline</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
${body}
<footer><p>Made by Plumbline ${plumbline}. One file, no network: it can be mailed, archived and opened anywhere.</p></footer>
${
  data !== null &&
  html`<script type="application/json" id="report-data">${embeddedJson(data)}</script>
`
}${script !== '' && html`<script>${trusted(script)}</script>`}
</body>
</html>
`.text
}

const hashOf = (text: string): string =>
  `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`
