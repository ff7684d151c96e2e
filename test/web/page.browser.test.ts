/** The station's page in a real browser, against a station whose answers the schemas have checked. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { StationInspection } from '../../src/wire/station/inspection.ts'
import { anInspection, Problem } from './fake-station.ts'
import { describePage } from './page-in-browser.ts'

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
  'explore?run=a',
  'explore/run/a/bad%2F1.png?fold=1',
]

describePage('the page in a browser', (its) => {
  test('is small', async () => {
    const names = (await readdir(join(its.folder, 'assets'))).filter((name) => name.endsWith('.js'))
    const sizes = await Promise.all(
      names.map(async (name) => gzipSync(await readFile(join(its.folder, 'assets', name))).length),
    )
    expect(names.length).toBeGreaterThan(0)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000)
  })

  test.each(views)('"%s" is accessible, light and dark, wide and narrow', async (view) => {
    const page = await its.open(view)
    for (const width of [1280, 800]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        const violations = await its.violationsOf(page)
        expect({ width, colorScheme, violations }).toEqual({ width, colorScheme, violations: [] })
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      }
    }
    expect(its.troubles).toEqual([])
  })

  test('shows a verdict soon after it was recorded, and names that look like markup as text', async () => {
    const page = await its.open()
    await page.getByText('<img src=x onerror=alert(1)>').first().waitFor()
    const inspection = anInspection(400, { outcome: 'anomalous', part: 'L-new' })
    its.station.tell({ at: inspection.time, kind: 'inspection', inspection })
    await page.locator('.shout[data-outcome="anomalous"]').waitFor()
    await expect.poll(() => page.locator('.shout').textContent()).toContain('L-new')
    expect(its.troubles).toEqual([])
  })

  test('speaks German where the browser does, and says so', async () => {
    const page = await its.open('', { locale: 'de-DE' })
    await page.getByRole('link', { name: 'Durchsicht' }).waitFor()
    await expect.poll(() => page.evaluate('document.documentElement.lang')).toBe('de')
    await expect.poll(() => page.locator('.shout').textContent()).toContain('Schwelle 2')
    await page.getByLabel('Sprache').selectOption('en')
    await page.getByRole('link', { name: 'Review' }).waitFor()
  })

  test('says in German what has changed, and what is missing to say more', async () => {
    const page = await its.open('drift', { locale: 'de-DE' })
    const first = 'Die Bilder sind dunkler (Helligkeit 1.046,6, bei Inbetriebnahme 1.157)'
    await page.getByRole('alert').getByText(first).waitFor()
    expect(await page.locator('.alarms li').nth(1).locator('[lang=en]').textContent()).toContain('flatter')
    const missing = page.getByText(
      'Von 1.900 Teilen mit dem Urteil „Gut“ ist keines entschieden (die Regel zeigt',
    )
    await missing.first().waitFor()
    expect(await missing.count()).toBe(1) // of all figures alike
    const english = page.locator('main [lang=en]')
    expect(await english.count()).toBe(1)
  })

  test('draws the scores in German, with numbers as they are written there', async () => {
    const page = await its.open('threshold', { locale: 'de-DE' })
    const chart = page.locator('.try figure svg')
    await chart.getByText('Gut ↑').waitFor()
    const words = (await chart.textContent()) ?? ''
    for (const each of ['Fehlerhaft ↓', 'Teile', '1,2', 'die Schwelle ist 2']) expect(words).toContain(each)
    for (const each of ['Good', 'Parts', '1.2']) expect(words).not.toContain(each)
  })

  test('says in German why the station says no, with its own words beside', async () => {
    const detail = 'datasets/decided: the disk is full'
    its.station.answers.set('POST /v1/manifests', () => new Problem(422, 'INPUT', detail))
    const page = await its.open('train', { locale: 'de-DE' })
    await page.getByRole('button', { name: 'Datensatz machen' }).click()
    const said = page.getByRole('alert').getByText('Etwas an den Dateien ist nicht, wie es sein soll.')
    await said.waitFor()
    expect(await said.locator('[lang=en]').textContent()).toBe(detail)
  })

  test('looks through the images of a run: filters in the address, details by a click', async () => {
    const page = await its.open('explore')
    await page.getByLabel('Source').selectOption('Images of a')
    await page.getByText('330 images').waitFor()
    await page.getByLabel('Judged').selectOption('wrong in a fold')
    await page.getByText('3 images').waitFor()
    await page.getByRole('combobox', { name: 'Fold', exact: true }).selectOption('1')
    expect(await page.evaluate('location.hash')).toBe('#/explore?run=a&judged=wrong&fold=1')
    await page.getByRole('link', { name: 'bad/10.png' }).click()
    await page.getByRole('heading', { name: 'bad/10.png' }).waitFor()
    expect(await page.getByRole('combobox', { name: 'Fold', exact: true }).inputValue()).toBe('1')
    await page.locator('.viewer img.map[src$="/maps/1/bad/10.png"]').waitFor()
    expect(await page.locator('.viewer .outline').count()).toBe(0)
    await page.goBack()
    await page.getByText('3 images').waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()
    await page.getByRole('link', { name: 'bad/1.png' }).first().click()
    await page.locator('.viewer .outline').waitFor()
    await page.getByRole('button', { name: 'Mask' }).click()
    await page.locator('.viewer .outline').waitFor({ state: 'detached' })
    await page.getByText('Is this label wrong?').click()
    await page.getByText('plumbline check DATASET --manifest labels.csv').waitFor()
  })

  test('goes back to the list as it was: filter, thumbnails, place; by the browser and by the link', async () => {
    const list = '#/explore?run=a&judged=right&as=pictures'
    const page = await its.open(list.slice(2))
    await page.getByText('327 images').waitFor()
    const place = () => page.evaluate(`document.querySelector('.virtual').scrollTop`)
    const wander = async () => {
      await page.getByTitle('good/100.png').click()
      await page.getByRole('heading', { name: 'good/100.png' }).waitFor()
      await page.getByRole('combobox', { name: 'Fold', exact: true }).selectOption('1')
      await page.locator('.viewer img.map[src$="/maps/1/good/100.png"]').waitFor()
    }
    await page.evaluate(`document.querySelector('.virtual').scrollTo(0, 1900)`)
    await wander()
    await page.goBack()
    await page.getByText('327 images').waitFor()
    expect(await page.evaluate('location.hash')).toBe(list)
    await expect.poll(place).toBe(1900)
    await wander()
    await page.getByRole('link', { name: 'Back to the images of the run' }).click()
    await page.getByText('327 images').waitFor()
    expect(await page.evaluate('location.hash')).toBe(list)
    await expect.poll(place).toBe(1900)
  })

  test('goes back from an inspection to its place in the list, with what was said of it; from elsewhere to a new list', async () => {
    const page = await its.open('explore')
    const place = () => page.evaluate(`document.querySelector('.virtual').scrollTop`)
    const asked = () => its.station.told.filter(({ path }) => path === '/v1/inspections').length
    const scroll = (to: number) => page.evaluate(`document.querySelector('.virtual').scrollTo(0, ${to})`)
    await page.getByText('100 inspections').waitFor()
    await expect.poll(() => its.station.listeners()).toBe(1)
    await scroll(3600) // where row 60 is
    const before = asked()
    const { id } = anInspection(237)
    const said: NonNullable<StationInspection['correction']> = {
      ...{ inspection: id, by: 'anna', label: 'anomalous', kind: null, masks: [null], note: null },
      ...{ id: 1, at: anInspection(400).time, undone: null },
    }
    its.station.answers.set(`GET /v1/inspections/${id}`, () => anInspection(237, { correction: said }))
    for (const back of ['browser', 'link']) {
      await page.getByRole('link', { name: 'L-1237' }).click()
      await page.getByRole('heading', { name: 'L-1237' }).waitFor()
      its.station.tell({ at: said.at, kind: 'inspection', inspection: anInspection(401) })
      if (back === 'browser') await page.goBack()
      else await page.getByRole('link', { name: 'Back to the inspections' }).click()
      await page.getByRole('link', { name: 'L-1237' }).getByText('Defective').waitFor()
      await expect.poll(place).toBe(3600)
    }
    await page.getByRole('button', { name: 'Show 2 new ones' }).waitFor()
    expect(asked()).toBe(before)
    await page.getByRole('link', { name: 'Review', exact: true }).click()
    await page.getByRole('link', { name: 'Explore', exact: true }).click()
    await expect.poll(asked).toBeGreaterThan(before)
    await page.getByRole('link', { name: 'L-1298' }).waitFor()
    expect(await place()).toBe(0)
  })

  test('goes back from an inspection to the filter that it was found by', async () => {
    const page = await its.open('explore?outcome=anomalous&lot=lot-7')
    await page.getByRole('link', { name: 'L-1298' }).click()
    await page.getByRole('heading', { name: 'L-1298' }).waitFor()
    await page.getByRole('link', { name: 'Back to the inspections' }).click()
    await page.getByRole('heading', { name: 'Explore' }).waitFor()
    expect(await page.evaluate('location.hash')).toBe('#/explore?outcome=anomalous&lot=lot-7')
  })

  test('lays the heat map of a cropped image over its middle, without asking for other runs', async () => {
    const page = await its.open('explore/run/cropped/bad%2F1.png')
    await page.locator('.viewer img.map').waitFor()
    // shares of the picture, in hundredths: both boxes of one moment
    const shares = () =>
      page.evaluate(`(() => {
        const [all, map] = ['.viewer .layers', '.viewer img.map'].map((each) =>
          document.querySelector(each).getBoundingClientRect())
        return [(map.x - all.x) / all.width, (map.y - all.y) / all.height, map.width / all.width, map.height / all.height]
          .map((share) => Math.round(100 * share))
      })()`)
    await expect.poll(shares).toEqual([10, 0, 80, 100])
    expect(its.station.told.map(({ path }) => path)).not.toContain('/v1/runs')
  })

  test('shows the heat map alone where the photograph is not to be had', async () => {
    its.station.answers.set('GET /v1/runs/a/photographs/bad/1.png', () => new Problem(404, 'NOT_FOUND', 'no'))
    const page = await its.open('explore/run/a/bad%2F1.png')
    await page.getByText('start it with --datasets').waitFor()
    await page.locator('.viewer img[src$="/maps/0/bad/1.png"]').waitFor()
  })

  test('is reviewed by keyboard alone: decide, paint nothing, take back', async () => {
    const waiting = [anInspection(500, { outcome: 'review' }), anInspection(501, { outcome: 'review' })]
    its.station.answers.set('POST /v1/review/next', () => waiting.shift() ?? null)
    let ids = 0
    for (const { id } of waiting) {
      its.station.answers.set(`POST /v1/inspections/${id}/corrections`, () => ({ id: ++ids }))
      its.station.answers.set(`POST /v1/inspections/${id}/claim`, () => ({ ok: true }))
      its.station.answers.set(`DELETE /v1/inspections/${id}/claim`, () => ({ ok: true }))
    }
    its.station.answers.set('DELETE /v1/corrections/1', () => ({ ok: true }))
    const page = await its.open('review')
    await page.getByText('L-1500').waitFor()
    await page.keyboard.press('k')
    await page.keyboard.type('crack')
    await page.keyboard.press('Escape')
    await page.keyboard.press('d')
    await page.getByText('L-1501').waitFor()
    await page.keyboard.press('g')
    await page.getByText('Nothing waits for a decision').waitFor()
    const said = its.station.told.filter(
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
    its.station.answers.set(`GET /v1/inspections/${decided.id}`, () => decided)
    its.station.answers.set(`POST /v1/inspections/${decided.id}/second-opinion`, () => ({ asked: true }))
    const page = await its.open(`explore/${decided.id}`)
    expect(await page.getByRole('button', { name: 'Decide about it' }).count()).toBe(0)
    await page.getByLabel('What somebody else should look at').fill('the left edge')
    await page.getByRole('button', { name: 'Ask for a second opinion' }).click()
    await expect
      .poll(() => its.station.told.filter(({ path }) => path.endsWith('/second-opinion')))
      .toMatchObject([{ body: { why: 'the left edge' } }])
    await page.goto(`${its.station.address}#/explore/${anInspection(299).id}`)
    await page.getByRole('button', { name: 'Decide about it' }).waitFor()
    expect(await page.getByRole('button', { name: 'Ask for a second opinion' }).count()).toBe(0)
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
    its.station.answers.set('GET /v1/proposals', () => [proposal])
    its.station.answers.set('POST /v1/proposals/4/decision', () => proposal)
    const page = await its.open('threshold')
    await page.getByRole('button', { name: 'Accept' }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Why is it accepted?' })
    await dialog.waitFor()
    expect(await its.violationsOf(page)).toEqual([])
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Accept')
    await page.keyboard.press('Enter')
    expect(await dialog.getByRole('button', { name: 'Accept' }).isDisabled()).toBe(true)
    await page.keyboard.type('agreed with quality')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    // the dialog is gone as soon as it is sent
    const said = () => its.station.told.flatMap(({ path, body }) => (path.endsWith('/decision') ? body : []))
    await expect.poll(said).toEqual([{ decision: 'accepted', why: 'agreed with quality' }])
    expect(its.troubles).toEqual([])
  })

  test('changes the sampling rule, and says what can no longer be estimated', async () => {
    its.station.answers.set('POST /v1/review/rules', ({ body }) => ({
      ...{ id: 2, rule: body, from: '2026-01-02T00:00:00.000Z', by: 'ada' },
    }))
    const page = await its.open('review')
    await page.getByRole('button', { name: 'Change the rule' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Missed defects can be estimated').waitFor()
    // 280 passed, 12 were rejected, 8 lay in the band: 0.0298 280 + 0.208 12 + 8 of 300
    await dialog.getByText('Of 1,000 parts like the 300 of the last seven days, 63 would come here').waitFor()
    expect(await its.violationsOf(page)).toEqual([])
    for (const name of ['Of all parts', 'Besides, of those that passed'])
      await dialog.getByRole('slider', { name }).fill('0')
    await dialog.getByText('Missed defects cannot be estimated').waitFor()
    await dialog.getByText('There is no random sample').waitFor()
    await dialog.getByRole('button', { name: 'Set for parts to come' }).click()
    await dialog.waitFor({ state: 'detached' })
    const said = () =>
      its.station.told.flatMap(({ method, path, body }) =>
        method === 'POST' && path.endsWith('/rules') ? body : [],
      )
    await expect.poll(said).toEqual([{ everyPart: 0, nominal: 0, anomalous: 0.2, review: 1 }])
    expect(its.troubles).toEqual([])
  })

  test('says what a job would replace, until its result has a name of its own', async () => {
    its.station.answers.set('GET /v1/datasets', () => [
      { name: 'a', exported: true },
      { name: 'links', exported: false },
    ])
    const page = await its.open('train')
    const [run, model] = [
      page.getByText('There is an evaluation a:'),
      page.getByText('There is a model links:'),
    ]
    await run.waitFor()
    expect(await model.count()).toBe(0)
    await page.getByRole('combobox', { name: 'Dataset', exact: true }).selectOption('links')
    await model.waitFor()
    await run.waitFor({ state: 'detached' })
    await page.getByLabel('Name of the result').fill('week-2')
    await model.waitFor({ state: 'detached' })
  })

  test('begins a job on the dataset that was made a moment ago, like the model that judges', async () => {
    const made: { name: string; exported: boolean }[] = []
    its.station.answers.set('GET /v1/datasets', () => made)
    its.station.answers.set('POST /v1/manifests', () => {
      made.push({ name: 'week', exported: true })
      return { name: 'week', path: '/x', nominal: 9, anomalous: 2, withoutPicture: 0, unsure: 1 }
    })
    its.station.answers.set('POST /v1/jobs', () => ({}))
    const page = await its.open('train')
    await page.getByText('No dataset yet').waitFor()
    await page.getByRole('button', { name: 'Make the dataset' }).click()
    await page.getByText('week: 9 good, 2 defective').waitFor()
    for (const name of ['Check', 'Prepare', 'Train'])
      await page.getByRole('button', { name, exact: true }).click()
    await expect
      .poll(() => its.station.told.filter(({ method, path }) => method === 'POST' && path === '/v1/jobs'))
      .toHaveLength(3)
    const jobs = its.station.told.filter(({ method, path }) => method === 'POST' && path === '/v1/jobs')
    expect(jobs.map(({ body }) => body)).toEqual([
      { kind: 'check', dataset: 'week' },
      { kind: 'prepare', dataset: 'week', name: 'week-prepared', center: true },
      {
        kind: 'train',
        dataset: 'week',
        name: 'week',
        detector: 'patchcore',
        backbone: 'plumb-s',
        size: '256x192',
      },
    ])
    expect(its.troubles).toEqual([])
  })
})
