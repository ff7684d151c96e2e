/** The API's document, generated from the schemas that validate, and the same as a page to browse: no script, nothing from elsewhere. */
import { apiPage } from '../api-page.ts'
import type { App } from '../schemas.ts'

export function docsRoutes(app: App): void {
  app.route({
    method: 'GET',
    url: '/openapi.json',
    config: { role: 'none' },
    schema: { tags: ['docs'], summary: 'This document' },
    handler: async () => app.swagger(),
  })
  app.route({
    method: 'GET',
    url: '/docs',
    config: { role: 'none', produces: 'text/html' },
    schema: { tags: ['docs'], summary: 'This document as a page' },
    async handler(_request, reply) {
      return reply.type('text/html; charset=utf-8').send(apiPage(app.swagger()))
    },
  })
  app.route({
    method: 'GET',
    url: '/docs/style.css',
    config: { role: 'none', produces: 'text/css' },
    schema: { hide: true },
    async handler(_request, reply) {
      return reply.type('text/css; charset=utf-8').send(apiStyle)
    },
  })
}

const apiStyle = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, pre { font: 13px/1.45 ui-monospace, monospace }
pre { overflow: auto; padding: .8rem; border: 1px solid; border-radius: .4rem; max-height: 26rem }
summary { cursor: pointer; padding: .4rem 0 }
summary b { display: inline-block; min-width: 4.5rem }
table { border-collapse: collapse } td, th { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top }
`
