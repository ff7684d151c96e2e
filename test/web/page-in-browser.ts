/** The page in a real browser before a station whose answers the schemas have checked: what its tests share. */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
import { type FakeStation, startFakeStation } from './fake-station.ts'

const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)
const axe = join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js')

export interface PageInBrowser {
  /** Of this test. */
  station: FakeStation
  /** Errors and warnings of the browser, and dialogs of its own: there should be none. */
  troubles: string[]
  /** Of the built page. */
  readonly folder: string
  /** Waits for the view's heading. */
  open(view?: string, options?: BrowserContextOptions): Promise<Page>
  violationsOf(page: Page): Promise<unknown>
}

export function describePage(title: string, tests: (it: PageInBrowser) => void): void {
  describe.skipIf(executable === undefined)(
    `${title}${executable ? '' : ' (skipped: no chromium in /usr/bin)'}`,
    () => {
      let browser: Browser
      let folder: string
      const shared = {
        troubles: [] as string[],
        get folder() {
          return folder
        },
        async open(view = '', options: BrowserContextOptions = {}) {
          const context = await browser.newContext({
            viewport: { width: 1280, height: 800 },
            locale: 'en-GB',
            ...options,
          })
          const page = await context.newPage()
          page.on('console', (message) => {
            if (message.type() === 'error' || message.type() === 'warning')
              shared.troubles.push(message.text())
          })
          page.on('pageerror', (error) => shared.troubles.push(error.message))
          page.on('dialog', (dialog) => shared.troubles.push(`dialog: ${dialog.message()}`))
          await page.goto(`${shared.station.address}#/${view}`)
          await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' })
          return page
        },
        async violationsOf(page: Page) {
          // evaluated through the protocol, which the page's policy does not see
          await page.evaluate(await readFile(axe, 'utf8'))
          return page.evaluate(
            `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ; ')))`,
          )
        },
      } as PageInBrowser

      beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), 'plumbline-page-'))
        await build({
          configFile: join(import.meta.dirname, '../../src/web/vite.config.ts'),
          logLevel: 'error',
          build: { outDir: folder, emptyOutDir: true },
        })
        browser = await chromium.launch({ executablePath: executable ?? '', args: ['--no-sandbox'] })
      }, 120_000)
      afterAll(async () => {
        await browser?.close()
        await rm(folder, { recursive: true, force: true })
      })
      beforeEach(async () => {
        shared.troubles = []
        shared.station = await startFakeStation(folder)
      })
      afterEach(async () => {
        for (const context of browser.contexts()) await context.close()
        await shared.station.close()
      })
      tests(shared)
    },
  )
}
