/** The station's page in a real browser, against a station whose answers the schemas have checked. */
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { anInspection, type FakeStation, Problem, startFakeStation } from './fake-station.ts'

const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)
const axe = join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js')
const views = [
  '',
  'review',
  'explore',
  'threshold',
  'drift',
  'runs',
  'runs/a/b',
  'train',
  'train/compare',
  `explore/${anInspection(299).id}`,
]

describe.skipIf(executable === undefined)(
  `the page in a browser${executable ? '' : ' (skipped: no chromium in /usr/bin)'}`,
  () => {
    let browser: Browser
    let folder: string
    let station: FakeStation
    let troubles: string[]

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
      troubles = []
      station = await startFakeStation(folder)
    })
    afterEach(async () => {
      for (const context of browser.contexts()) await context.close()
      await station.close()
    })

    const open = async (view = '', options: BrowserContextOptions = {}): Promise<Page> => {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 800 },
        locale: 'en-GB',
        ...options,
      })
      const page = await context.newPage()
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text())
      })
      page.on('pageerror', (error) => troubles.push(error.message))
      page.on('dialog', (dialog) => troubles.push(`dialog: ${dialog.message()}`))
      await page.goto(`${station.address}#/${view}`)
      await page.getByRole('heading', { level: 1 }).first().waitFor({ state: 'attached' })
      return page
    }

    const violationsOf = async (page: Page): Promise<unknown> => {
      // evaluated through the protocol, which the page's policy does not see
      await page.evaluate(await readFile(axe, 'utf8'))
      return page.evaluate(
        `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ; ')))`,
      )
    }

    test('is small', async () => {
      const names = (await readdir(join(folder, 'assets'))).filter((name) => name.endsWith('.js'))
      const sizes = await Promise.all(
        names.map(async (name) => gzipSync(await readFile(join(folder, 'assets', name))).length),
      )
      expect(names.length).toBeGreaterThan(0)
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000)
    })

    test.each(views)('"%s" is accessible, light and dark, wide and narrow', async (view) => {
      const page = await open(view)
      for (const width of [1280, 800]) {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          await page.setViewportSize({ width, height: 900 })
          const violations = await violationsOf(page)
          expect({ width, colorScheme, violations }).toEqual({ width, colorScheme, violations: [] })
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
        }
      }
      expect(troubles).toEqual([])
    })

    test('shows a verdict soon after it was recorded, and names that look like markup as text', async () => {
      const page = await open()
      await page.getByText('<img src=x onerror=alert(1)>').first().waitFor()
      const inspection = anInspection(400, { outcome: 'anomalous', part: 'L-new' })
      station.tell({ at: inspection.time, kind: 'inspection', inspection })
      await page.locator('.shout[data-outcome="anomalous"]').waitFor()
      expect(await page.locator('.shout').textContent()).toContain('L-new')
      expect(troubles).toEqual([])
    })

    test('speaks German where the browser does, and says so', async () => {
      const page = await open('', { locale: 'de-DE' })
      await page.getByRole('link', { name: 'Durchsicht' }).waitFor()
      expect(await page.evaluate('document.documentElement.lang')).toBe('de')
      expect(await page.locator('.shout').textContent()).toContain('Schwelle 2')
      await page.getByLabel('Sprache').selectOption('en')
      await page.getByRole('link', { name: 'Review' }).waitFor()
    })

    test('is reviewed by keyboard alone: decide, paint nothing, take back', async () => {
      const waiting = [anInspection(500, { outcome: 'review' }), anInspection(501, { outcome: 'review' })]
      station.answers.set('POST /v1/review/next', () => waiting.shift() ?? null)
      let ids = 0
      for (const { id } of waiting) {
        station.answers.set(`POST /v1/inspections/${id}/corrections`, () => ({ id: ++ids }))
        station.answers.set(`POST /v1/inspections/${id}/claim`, () => ({ ok: true }))
        station.answers.set(`DELETE /v1/inspections/${id}/claim`, () => ({ ok: true }))
      }
      station.answers.set('DELETE /v1/corrections/1', () => ({ ok: true }))
      const page = await open('review')
      await page.getByText('L-1500').waitFor()
      await page.keyboard.press('k')
      await page.keyboard.type('crack')
      await page.keyboard.press('Escape')
      await page.keyboard.press('d')
      await page.getByText('L-1501').waitFor()
      await page.keyboard.press('g')
      await page.getByText('Nothing waits for a decision').waitFor()
      const said = station.told.filter(
        ({ method, path }) => method === 'POST' && path.endsWith('/corrections'),
      )
      expect(said.map(({ body }) => body)).toEqual([
        { verdict: 'anomalous', defect: 'crack', note: null, masks: [null] },
        { verdict: 'nominal', defect: null, note: null, masks: [null] },
      ])
    })

    test('asks for a second opinion on what was decided, and on nothing else', async () => {
      const decided = anInspection(600, {
        review: {
          ...{ reason: 'random', selection: 'random', probability: 0.01, rule: 1 },
          ...{ state: 'decided', claim: null, secondOpinion: null },
        },
      })
      station.answers.set(`GET /v1/inspections/${decided.id}`, () => decided)
      station.answers.set(`POST /v1/inspections/${decided.id}/second-opinion`, () => ({ asked: true }))
      const page = await open(`explore/${decided.id}`)
      expect(await page.getByRole('button', { name: 'Decide about it' }).count()).toBe(0)
      await page.getByLabel('What somebody else should look at').fill('the left edge')
      await page.getByRole('button', { name: 'Ask for a second opinion' }).click()
      await expect
        .poll(() => station.told.filter(({ path }) => path.endsWith('/second-opinion')))
        .toMatchObject([{ body: { why: 'the left edge' } }])
      await page.goto(`${station.address}#/explore/${anInspection(299).id}`)
      await page.getByRole('button', { name: 'Decide about it' }).waitFor()
      expect(await page.getByRole('button', { name: 'Ask for a second opinion' }).count()).toBe(0)
    })

    test('loses no half-made correction when the station goes and comes back', async () => {
      const part = anInspection(500, { outcome: 'review' })
      const answers = [part]
      station.answers.set('POST /v1/review/next', () => answers.shift() ?? null)
      const page = await open('review')
      await page.getByText('L-1500').waitFor()
      await page.getByLabel('Note').fill('a scratch?')
      station.up(false)
      await page.keyboard.press('Escape')
      await page.keyboard.press('d')
      await page.getByText('The station does not answer. What you see may be old').waitFor()
      expect(await page.getByLabel('Note').inputValue()).toBe('a scratch?')
      station.up(true)
      station.answers.set(`POST /v1/inspections/${part.id}/corrections`, () => ({ id: 7 }))
      await page.getByRole('button', { name: /^Defective/ }).click()
      await page.getByText('Nothing waits for a decision').waitFor()
      const said = station.told.filter(({ path }) => path.endsWith('/corrections'))
      expect(said.at(-1)?.body).toMatchObject({ verdict: 'anomalous', note: 'a scratch?' })
    })

    test('asks for a token when the session is over, and goes on where it was', async () => {
      let isIn = false
      station.answers.set('GET /v1/session', () =>
        isIn
          ? { name: 'ada', role: 'review', needsToken: true }
          : new Problem(401, 'UNKNOWN', 'the session is over'),
      )
      station.answers.set('POST /v1/session', ({ body }) => {
        isIn = (body as { token: string }).token === 'secret'
        return isIn
          ? { name: 'ada', role: 'review', needsToken: true }
          : new Problem(401, 'UNKNOWN', 'the token is not known')
      })
      const page = await open('explore')
      await page.getByLabel('Token').fill('wrong')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').waitFor()
      await page.getByLabel('Token').fill('secret')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Explore' }).waitFor()
    })

    test('asks for the reason in a dialog of its own: keyboard, focus, no violation', async () => {
      const proposal = {
        ...{
          id: 4,
          at: '2026-01-02T00:00:00.000Z',
          by: 'ada',
          model: 'f00d',
          state: 'proposed',
          decided: null,
        },
        ...{ from: { threshold: 2, band: 1.8 }, to: { threshold: 2.2, band: 1.8 }, reason: 'scrap doubled' },
        evidence: {},
      }
      station.answers.set('GET /v1/proposals', () => [proposal])
      station.answers.set('POST /v1/proposals/4/decision', () => proposal)
      const page = await open('threshold')
      await page.getByRole('button', { name: 'Accept' }).focus()
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog', { name: 'Why is it accepted?' })
      await dialog.waitFor()
      expect(await violationsOf(page)).toEqual([])
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Accept')
      await page.keyboard.press('Enter')
      expect(await dialog.getByRole('button', { name: 'Accept' }).isDisabled()).toBe(true)
      await page.keyboard.type('agreed with quality')
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      await dialog.waitFor({ state: 'detached' })
      const said = station.told.filter(({ path }) => path.endsWith('/decision'))
      expect(said.map(({ body }) => body)).toEqual([{ decision: 'accepted', why: 'agreed with quality' }])
      expect(troubles).toEqual([])
    })

    test('changes the sampling rule, and says what can no longer be estimated', async () => {
      station.answers.set('POST /v1/review/rules', ({ body }) => ({
        ...{ id: 2, rule: body, from: '2026-01-02T00:00:00.000Z', by: 'ada' },
      }))
      const page = await open('review')
      await page.getByRole('button', { name: 'Change the rule' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('Missed defects can be estimated').waitFor()
      // 280 passed, 12 were rejected, 8 lay in the band: 0.0298 280 + 0.208 12 + 8 of 300
      await dialog
        .getByText('Of 1,000 parts like the 300 of the last seven days, 63 would come here')
        .waitFor()
      expect(await violationsOf(page)).toEqual([])
      for (const name of ['Of all parts', 'Besides, of those that passed'])
        await dialog.getByRole('slider', { name }).fill('0')
      await dialog.getByText('Missed defects cannot be estimated').waitFor()
      await dialog.getByText('There is no random sample').waitFor()
      await dialog.getByRole('button', { name: 'Set for parts to come' }).click()
      await dialog.waitFor({ state: 'detached' })
      const said = station.told.filter(({ method, path }) => method === 'POST' && path.endsWith('/rules'))
      expect(said.map(({ body }) => body)).toEqual([{ everyPart: 0, nominal: 0, anomalous: 0.2, review: 1 }])
      expect(troubles).toEqual([])
    })

    test('sends what is dropped, and names what is no picture', async () => {
      station.answers.set('POST /v1/inspect', ({ body }) =>
        (body as Buffer).length < 10 ? new Problem(415, 'IMAGE', 'no picture that can be read') : { id: 'x' },
      )
      const page = await open()
      await page.locator('input[type=file]').setInputFiles([
        { name: 'good.png', mimeType: 'image/png', buffer: Buffer.alloc(100) },
        { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hi') },
      ])
      await page.getByText('2 of 2 sent').waitFor()
      await page.getByText('1 picture has no verdict').waitFor()
      expect(await page.getByText('notes.txt').count()).toBe(1)
    })
  },
)
