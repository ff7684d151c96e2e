/** A person at the station's page: a real Chromium, driven by keyboard where the day says so, with pictures of every step. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'

export interface Person {
  readonly page: Page
  /** Goes to a view, and waits for its heading. */
  go(view: string, heading: string): Promise<void>
  /** Keeps what is on the screen, by a number that rises. */
  look(name: string): Promise<void>
  /** Errors and warnings of the browser so far: there should be none. */
  readonly troubles: readonly string[]
}

export const chromiumPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)

/** @throws No Chromium in /usr/bin. */
export async function openBrowser(): Promise<Browser> {
  if (chromiumPath === undefined) throw new Error('no chromium in /usr/bin')
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
}

/** @param pictures - Folder for what was seen; null keeps nothing. */
export async function sitDown(browser: Browser, address: string, pictures: string | null): Promise<Person> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
  const page = await context.newPage()
  const troubles: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text())
  })
  page.on('pageerror', (error) => troubles.push(error.message))
  let shown = 0
  if (pictures !== null) mkdirSync(pictures, { recursive: true })
  return {
    page,
    troubles,
    async go(view, heading) {
      await page.goto(`${address}/#/${view}`)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor({ state: 'attached' })
    },
    async look(name) {
      if (pictures === null) return
      const number = String(++shown).padStart(2, '0')
      await page.screenshot({ path: join(pictures, `${number}-${name}.png`), fullPage: true })
    },
  }
}
