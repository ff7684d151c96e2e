/** The OpenAPI document as a page to read: every route with what it takes and what it answers. */
import { html, type Markup } from '../report/html.ts'

interface Operation {
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema?: object
    readonly description?: string
  }[]
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }
  readonly responses?: Readonly<
    Record<
      string,
      {
        readonly description?: string
        readonly content?: Readonly<Record<string, { readonly schema?: object }>>
      }
    >
  >
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

/** @param document - As the station gives it at `/openapi.json`. */
export function apiPage(document: object): string {
  const { info, paths = {} } = document as {
    readonly info: { readonly title: string; readonly version: string; readonly description?: string }
    readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  }
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation === undefined ? [] : [{ path, method, operation, tag: operation.tags?.[0] ?? 'other' }]
    }),
  )
  const tags = [...new Set(operations.map(({ tag }) => tag))]
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}</title><link rel="stylesheet" href="/docs/style.css"></head>
<body><h1>${info.title} ${info.version}</h1><p>${info.description}</p>
<p>For programs: <a href="/openapi.json">openapi.json</a></p>
${tags.map(
  (tag) => html`<h2>${tag}</h2>
${operations.filter((each) => each.tag === tag).map(({ path, method, operation }) => operationPart(path, method, operation))}`,
)}</body></html>
`
  return page.text
}

function operationPart(path: string, method: string, operation: Operation): Markup {
  const { summary, description, parameters = [], requestBody, responses = {} } = operation
  return html`<details><summary><b>${method.toUpperCase()}</b> <code>${path}</code> ${summary}</summary>
<p>${description}</p>
${
  parameters.length > 0 &&
  html`<table><tr><th>Name</th><th>In</th><th>What</th></tr>${parameters.map(
    (each) =>
      html`<tr><td><code>${each.name}</code>${each.required && ' (required)'}</td><td>${each.in}</td><td><code>${JSON.stringify(each.schema)}</code> ${each.description}</td></tr>`,
  )}</table>`
}
${Object.entries(requestBody?.content ?? {}).map(
  ([type, { schema }]) => html`<h4>Body, <code>${type}</code></h4><pre>${shown(schema)}</pre>`,
)}
${Object.entries(responses).map(
  ([status, { description: words, content }]) =>
    html`<h4>${status} ${words}</h4>${Object.values(content ?? {}).map(({ schema }) => html`<pre>${shown(schema)}</pre>`)}`,
)}</details>
`
}

const shown = (schema: object | undefined): string => JSON.stringify(schema ?? {}, null, 2)
