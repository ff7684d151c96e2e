/** The page to look through a preparation, as a reader meets it. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reviewPage } from '../../src/report/review-page.ts'
import { aPreparation, aReview } from './review-fixture.ts'

const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)

describe.skipIf(executable === undefined)(
  `review page in a browser${executable ? '' : ' (skipped: no chromium in /usr/bin)'}`,
  () => {
    let browser: Browser
    let folder: string
    let address: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'plumbline-review-'))
      await writeFile(join(folder, 'review.html'), reviewPage(aPreparation, aReview))
      address = pathToFileURL(join(folder, 'review.html')).href
      browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox'] })
    })
    afterAll(async () => {
      await browser?.close()
      await rm(folder, { recursive: true, force: true })
    })

    test('fetches nothing, filters by mark, hides layers, fits a small screen', async () => {
      const troubles: string[] = []
      const page = await browser.newPage({ viewport: { width: 360, height: 700 }, colorScheme: 'dark' })
      page.on('console', (message) => troubles.push(message.text()))
      page.on('pageerror', (error) => troubles.push(error.message))
      page.on('request', (request) => {
        if (request.url() !== address && !request.url().startsWith('data:')) troubles.push(request.url())
      })
      await page.goto(address)
      const shown = page.locator('#sheet-grid > li:visible')
      expect(await shown.count()).toBe(2)
      await page.getByRole('button', { name: 'no object found; kept whole 1' }).click()
      expect(await shown.count()).toBe(1)
      expect(await shown.first().textContent()).toContain('good/2.png')
      await page.getByRole('button', { name: 'All 2' }).click()
      const shade = page.locator('.shade').first()
      expect(await shade.isVisible()).toBe(true)
      await page.getByRole('button', { name: 'Shade' }).click()
      expect(await shade.isVisible()).toBe(false)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
      expect(troubles).toEqual([])
    })
  },
)
