/** The page as a reader meets it: in the browser of this machine, from `file://`, by keyboard. */
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { contrast } from '../../src/report/palette.ts'
import { renderReport } from '../../src/report/report.ts'
import { consequences, whatIfScores } from '../../src/report/what-if.ts'
import { fixtureView } from './fixture-view.ts'

const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)

describe.skipIf(executable === undefined)(
  `report in a browser${executable ? '' : ' (skipped: no chromium in /usr/bin)'}`,
  async () => {
    const view = executable === undefined ? null! : await fixtureView(2, {}, 8)
    const scores = executable === undefined ? null! : whatIfScores(view.evaluation, view.rows)
    let browser: Browser
    let folder: string
    let address: string
    let troubles: string[]

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'plumbline-report-'))
      await writeFile(join(folder, 'report.html'), renderReport(view))
      address = pathToFileURL(join(folder, 'report.html')).href
      browser = await chromium.launch({ executablePath: executable!, args: ['--no-sandbox'] })
    })
    afterAll(async () => {
      await browser?.close()
      await rm(folder, { recursive: true, force: true })
    })

    /** A page that records every request, console line and error. */
    async function open(options: BrowserContextOptions = {}): Promise<Page> {
      troubles = []
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
      page.on('console', (message) => troubles.push(`console: ${message.text()}`))
      page.on('pageerror', (error) => troubles.push(`error: ${error.message}`))
      page.on('request', (request) => {
        if (request.url() !== address && !request.url().startsWith('data:'))
          troubles.push(`request: ${request.url()}`)
      })
      await page.goto(address)
      return page
    }
    afterEach(() => {
      expect(troubles).toEqual([])
    })

    const number = async (page: Page, id: string): Promise<number> =>
      Number((await page.locator(`#wi-${id}`).textContent())!.replace(/[\s\u202f%]/g, ''))

    test('controls repeat the run, then recompute; the change is announced; reset goes back', async () => {
      const page = await open()
      const { setting } = JSON.parse((await page.locator('#report-data').textContent())!).whatIf
      const expected = (change: object): number[] => {
        const result = consequences(scores.folds, { ...setting, ...change })
        return [result.escapesPer1000.mean!, result.overkillPer1000.mean!, result.costPer1000.mean!]
      }
      const shown = async (): Promise<number[]> => [
        await number(page, 'escapes'),
        await number(page, 'overkill'),
        await number(page, 'cost'),
      ]
      const near = (actual: number[], wanted: number[]): void =>
        actual.forEach((value, i) => {
          expect(Math.abs(value - wanted[i]!)).toBeLessThanOrEqual(wanted[i]! >= 100 ? 0.5 : 0.051)
        })
      near(await shown(), expected({}))
      await page.getByRole('spinbutton', { name: 'Defective parts' }).fill('10')
      near(await shown(), expected({ prevalence: 0.1 }))
      await page.getByRole('spinbutton', { name: 'Cost of an escape' }).fill('40')
      near(await shown(), expected({ prevalence: 0.1, costEscape: 40 }))
      const before = await number(page, 'escape-rate')
      await page.getByRole('slider', { name: 'Threshold' }).focus()
      for (let i = 0; i < 6; i++) await page.keyboard.press('PageUp')
      expect(await number(page, 'escape-rate')).toBeGreaterThan(before)
      expect(await page.locator('#threshold-marker').getAttribute('transform')).toMatch(/translate\([1-9]/)
      await expect.poll(() => page.locator('#what-if-status').textContent()).toContain('escape')
      await page.getByRole('button', { name: 'Back to the run' }).click()
      near(await shown(), expected({}))
      expect(await page.locator('#threshold-marker').getAttribute('transform')).toBe('translate(0 0)')
    })

    test('nonsense in a number field changes nothing and is marked', async () => {
      const page = await open()
      const before = await number(page, 'cost')
      const field = page.getByRole('spinbutton', { name: 'Defective parts' })
      await field.fill('140')
      expect(await field.getAttribute('aria-invalid')).toBe('true')
      expect(await number(page, 'cost')).toBe(before)
      await field.blur()
      expect(await field.inputValue()).toBe('2')
    })

    test('the cheapest threshold is no dearer than the run’s', async () => {
      const page = await open()
      const before = await number(page, 'cost')
      await page.getByRole('button', { name: 'Cheapest threshold here' }).click()
      expect(await number(page, 'cost')).toBeLessThanOrEqual(before)
    })

    test('gallery by keyboard: Enter opens, arrows turn, keys toggle layers, Escape closes and gives focus back', async () => {
      const page = await open()
      const cards = page.locator('#gallery-grid .card')
      await cards.first().focus()
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog')
      expect(await dialog.isVisible()).toBe(true)
      const [frame, photo] = [
        await page.locator('#viewer-picture').boundingBox(),
        await page.locator('#viewer-picture .photo').boundingBox(),
      ]
      expect(photo!.height).toBeLessThanOrEqual(frame!.height)
      expect(photo!.width).toBeLessThanOrEqual(frame!.width)
      const first = await page.locator('#viewer-title').textContent()
      await page.keyboard.press('ArrowRight')
      expect(await page.locator('#viewer-title').textContent()).not.toBe(first)
      await page.keyboard.press('h')
      expect(await dialog.getByRole('button', { name: /Heat map/ }).getAttribute('aria-pressed')).toBe(
        'false',
      )
      expect(await page.locator('#viewer-picture .heat').isVisible()).toBe(false)
      await page.keyboard.press('h')
      expect(await page.locator('#viewer-picture .heat').isVisible()).toBe(true)
      await page.keyboard.press('Escape')
      expect(await dialog.isVisible()).toBe(false)
      expect(await cards.nth(1).evaluate((card) => card === card.ownerDocument.activeElement)).toBe(true)
    })

    test('gallery filters leave only their kind', async () => {
      const page = await open()
      await page
        .getByRole('button', { name: /false alarm/ })
        .first()
        .click()
      const kinds = await page
        .locator('#gallery-grid li:visible')
        .evaluateAll((items) => items.map((item) => item.getAttribute('data-outcome')))
      expect(new Set(kinds)).toEqual(new Set(['false-alarm']))
      expect(kinds.length).toBe(
        view.gallery.filter((item) => item.label === 'nominal' && item.decision === 'anomalous').length,
      )
    })

    test('subgroups sort by a heading and filter by a column', async () => {
      const page = await open()
      const escapes = (): Promise<number[]> =>
        page
          .locator('#subgroup-table tbody tr:visible td:nth-child(6)')
          .evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('data-sort'))))
      await page.getByRole('button', { name: 'Escape rate' }).click()
      const down = await escapes()
      expect(down).toEqual([...down].sort((a, b) => b - a))
      await page.getByRole('button', { name: 'Escape rate' }).click()
      expect(await escapes()).toEqual([...down].sort((a, b) => a - b))
      expect(await page.locator('th[aria-sort="ascending"]').count()).toBe(1)
      await page.locator('#subgroups .chips').getByRole('button', { name: 'lot' }).click()
      expect((await escapes()).length).toBe(3)
    })

    test.each(['light', 'dark'] as const)(
      '%s: what is painted has AA contrast, by system and by button',
      async (scheme) => {
        const page = await open({ colorScheme: scheme })
        const measured = await page.evaluate(paintedText)
        expect(measured.length).toBeGreaterThan(100)
        const poor = measured.filter(({ ink, ground, large }) => contrast(ink, ground) < (large ? 3 : 4.5))
        expect(poor).toEqual([])
        const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
        const own = await ground()
        const button = page.locator('#theme')
        await button.click()
        if (scheme === 'light') await button.click()
        expect(await ground()).not.toBe(own)
      },
    )

    test.each([390, 768, 1280])('%d px wide: nothing sticks out sideways', async (width) => {
      const page = await open({ viewport: { width, height: 800 } })
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
    })

    test('without a script the verdict, tables and pictures are there, and no dead controls', async () => {
      const page = await open({ javaScriptEnabled: false })
      expect(await page.getByText('defective escape', { exact: false }).first().isVisible()).toBe(true)
      expect(await page.locator('#what-if-panel').isVisible()).toBe(false)
      expect(await page.locator('#theme').isVisible()).toBe(false)
      expect(await page.getByText('The trade-off in a table').isVisible()).toBe(true)
      expect(await page.locator('noscript').textContent()).toContain('Scripts are off')
      expect(await page.locator('#subgroup-table tbody tr').count()).toBe(view.evaluation.subgroups.length)
    })
  },
)

interface Painted {
  readonly text: string
  readonly ink: string
  readonly ground: string
  readonly large: boolean
}

/** Runs in the page: colour of every visible text and of the nearest opaque ground behind it. */
const paintedText = `(() => {
  const hex = (colour) => '#' + colour.match(/[\\d.]+/g).slice(0, 3).map((c) => Math.round(Number(c)).toString(16).padStart(2, '0')).join('')
  const clear = (colour) => colour === 'transparent' || /, 0\\)$/.test(colour)
  const found = []
  for (const element of document.querySelectorAll('body *:not(script, style, noscript, svg *)')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')
    if (!own || !element.checkVisibility() || element.closest('.hidden, .skip')) continue
    let ground = element
    while (ground.parentElement && clear(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement
    const style = getComputedStyle(element)
    const size = parseFloat(style.fontSize)
    found.push({ text: element.textContent.trim().slice(0, 40), ink: hex(style.color), ground: hex(getComputedStyle(ground).backgroundColor), large: size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) })
  }
  return found
})()` as unknown as () => Painted[]
