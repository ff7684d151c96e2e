/** What goes wrong in a factory, before the page in a real browser: nothing is lost, nothing runs, everything is said. */
import { expect, test } from 'vitest'
import { anInspection, Problem } from './fake-station.ts'
import { describePage } from './page-in-browser.ts'

const hostile = '<img src=x onerror="window.hacked=1">"\'); alert(1)//‮../../etc'

describePage('the page in trouble', (its) => {
  test('loses no half-made correction when the station goes and comes back', async () => {
    const part = anInspection(500, { outcome: 'review' })
    const answers = [part]
    its.station.answers.set('POST /v1/review/next', () => answers.shift() ?? null)
    const page = await its.open('review')
    await page.getByText('L-1500').waitFor()
    await page.getByLabel('Note').fill('a scratch?')
    its.station.up(false)
    await page.keyboard.press('Escape')
    await page.keyboard.press('d')
    await page.getByText('The station does not answer. What you see may be old').waitFor()
    expect(await page.getByLabel('Note').inputValue()).toBe('a scratch?')
    its.station.up(true)
    its.station.answers.set(`POST /v1/inspections/${part.id}/corrections`, () => ({ id: 7 }))
    await page.getByRole('button', { name: /^Defective/ }).click()
    await page.getByText('Nothing waits for a decision').waitFor()
    const said = its.station.told.filter(({ path }) => path.endsWith('/corrections'))
    expect(said.at(-1)?.body).toMatchObject({ verdict: 'anomalous', note: 'a scratch?' })
  })

  test('asks for a token when the session is over, and goes on where it was', async () => {
    let isIn = false
    its.station.answers.set('GET /v1/session', () =>
      isIn
        ? { name: 'ada', role: 'review', needsToken: true }
        : new Problem(401, 'UNKNOWN', 'the session is over'),
    )
    its.station.answers.set('POST /v1/session', ({ body }) => {
      isIn = (body as { token: string }).token === 'secret'
      return isIn
        ? { name: 'ada', role: 'review', needsToken: true }
        : new Problem(401, 'UNKNOWN', 'the token is not known')
    })
    const page = await its.open('explore')
    await page.getByLabel('Token').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Token').fill('secret')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Explore' }).waitFor()
    its.station.answers.set('DELETE /v1/session', () => {
      isIn = false
      return {}
    })
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  })

  test('sends what is dropped, and names what is no picture', async () => {
    its.station.answers.set('POST /v1/inspect', ({ body }) =>
      (body as Buffer).length < 10 ? new Problem(415, 'IMAGE', 'no picture that can be read') : { id: 'x' },
    )
    const page = await its.open()
    await page.locator('input[type=file]').setInputFiles([
      { name: 'good.png', mimeType: 'image/png', buffer: Buffer.alloc(100) },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hi') },
    ])
    await page.getByText('2 of 2 sent').waitFor()
    await page.getByText('1 picture has no verdict').waitFor()
    expect(await page.getByText('notes.txt').count()).toBe(1)
  })

  test('keeps what was painted when a token runs out in the middle of a review, and goes on after signing in', async () => {
    const part = anInspection(500, { outcome: 'review' })
    let isIn = true
    let isDecided = false
    const out = new Problem(401, 'UNKNOWN', 'the session is over')
    const ada = { name: 'ada', role: 'review', needsToken: true }
    its.station.answers.set('GET /v1/session', () => (isIn ? ada : out))
    its.station.answers.set('POST /v1/session', () => {
      isIn = true
      return ada
    })
    its.station.answers.set('POST /v1/review/next', () => (!isIn ? out : isDecided ? null : part))
    its.station.answers.set('POST /v1/masks', () => (isIn ? { hash: 'a'.repeat(64) } : out))
    its.station.answers.set(`DELETE /v1/inspections/${part.id}/claim`, () =>
      isIn ? { released: true } : out,
    )
    its.station.answers.set(`POST /v1/inspections/${part.id}/corrections`, () => {
      if (!isIn) return out
      isDecided = true
      return { id: 1 }
    })
    const page = await its.open('review')
    await page.getByText('L-1500').waitFor()
    await page.getByLabel('Kind of defect').fill('crack')
    await page.keyboard.press('Escape')
    await page.keyboard.press('b')
    const box = await page.locator('canvas.mask').boundingBox()
    if (box === null) throw new Error('no picture')
    await page.mouse.move(box.x + 50, box.y + 50)
    await page.mouse.down()
    await page.mouse.move(box.x + 120, box.y + 90, { steps: 3 })
    await page.mouse.up()
    isIn = false
    await page.keyboard.press('d')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.getByLabel('Token').fill('secret')
    await page.keyboard.press('Enter')
    await page.getByText('L-1500').waitFor()
    expect(await page.getByLabel('Kind of defect').inputValue()).toBe('crack')
    await page.getByRole('button', { name: /^Defective/ }).click()
    await page.getByText('Nothing waits for a decision').waitFor()
    const said = its.station.told.filter(({ path }) => path.endsWith('/corrections'))
    expect(said.at(-1)?.body).toEqual({
      ...{ verdict: 'anomalous', defect: 'crack', note: null },
      masks: ['a'.repeat(64)],
    })
  })

  test('says where a picture went, and lets a part be decided without it', async () => {
    const part = anInspection(500, { outcome: 'review' })
    const gone = new Problem(404, 'NOT_FOUND', 'there is no such picture any more')
    its.station.answers.set(`GET /v1/inspections/${part.id}/images/0/picture`, () => gone)
    its.station.answers.set(`GET /v1/inspections/${part.id}`, () => part)
    const waiting = [part]
    its.station.answers.set('POST /v1/review/next', () => waiting.shift() ?? null)
    its.station.answers.set(`POST /v1/inspections/${part.id}/corrections`, () => ({ id: 1 }))
    const page = await its.open(`explore/${part.id}`)
    await page.getByText('The picture is no longer kept.').waitFor()
    await page.goto(`${its.station.address}#/review`)
    await page.getByText('The picture is no longer kept.').waitFor()
    await page.keyboard.press('u')
    await page.getByText('Nothing waits for a decision').waitFor()
  })

  test('shows a part without a verdict without what belongs to a picture, and counts it with the way to it', async () => {
    const part = anInspection(500, {
      ...{ outcome: 'failed', reason: 'the picture: is empty', score: null, thresholdUsed: null, band: null },
      images: [{ hash: 'f'.repeat(64), width: null, height: null, score: null, regions: null }],
      kept: [{ picture: false, map: false, embedding: false }],
    })
    its.station.answers.set(`GET /v1/inspections/${part.id}`, () => part)
    const page = await its.open(`explore/${part.id}`)
    await page.getByText('and none of parts without a verdict').waitFor()
    expect(await page.getByRole('button', { name: 'Regions' }).count()).toBe(0)
    await page.goto(`${its.station.address}#/`)
    await page.getByRole('link', { name: 'No verdict' }).click()
    await page.getByRole('heading', { name: 'Explore' }).waitFor()
    const query = new URLSearchParams(String(await page.evaluate(`location.hash.split('?')[1]`)))
    expect(query.get('outcome')?.split(',')).toEqual(['timeout', 'busy', 'no-model', 'failed'])
  })

  test('says in its own language that a thing is not there, and no more', async () => {
    const gone = new Problem(404, 'NOT_FOUND', 'there is no such run')
    its.station.answers.set('GET /v1/runs/none', () => gone)
    const page = await its.open('runs/none', { locale: 'de-DE' })
    const alert = page.getByRole('alert')
    await alert.getByText('Das gibt es nicht').waitFor()
    expect(await alert.textContent()).not.toContain('there is no')
  })

  test('names a model of another version and why it cannot judge', async () => {
    const broken = {
      ...{ id: 'old', state: 'broken', use: null, fingerprint: null, changed: false, card: null },
      reason: 'model.json: version 1, expected 2: train it again with this program',
    }
    its.station.answers.set('GET /v1/models', () => ({
      active: null,
      shadow: null,
      previous: null,
      models: [broken],
    }))
    const page = await its.open('train')
    await page.getByText('train it again with this program').waitFor()
    expect(await page.getByRole('button', { name: 'Let it judge' }).isDisabled()).toBe(true)
    await page.goto(`${its.station.address}#/threshold`)
    await page.getByText('No model with a threshold is in service').waitFor()
    expect(its.troubles).toEqual([])
  })

  test('says why the station is not ready', async () => {
    its.station.answers.set('GET /health/ready', () => ({
      ...{ ready: false, checks: [{ name: 'model', ok: false, detail: 'no model is active' }] },
    }))
    const page = await its.open()
    await page.getByText('no model is active').waitFor()
  })

  test('shows letters that were given up, and sends one again', async () => {
    its.station.answers.set('POST /v1/letters/9/retry', () => ({ waiting: true }))
    const page = await its.open()
    await page.getByText('1 message was given up').click()
    await page.getByText('refused: <b>no such topic</b>').waitFor()
    await page.getByRole('button', { name: 'Send again' }).click()
    await expect.poll(() => its.station.told.some(({ path }) => path === '/v1/letters/9/retry')).toBe(true)
    expect(its.troubles).toEqual([])
  })

  test('sends five thousand files that are dropped at once, stays in hand, and stops when told', async () => {
    its.station.answers.set('POST /v1/inspect', ({ body }) =>
      (body as Buffer).length < 10 ? new Problem(415, 'IMAGE', 'no picture that can be read') : { id: 'x' },
    )
    const page = await its.open()
    await page.evaluate(`{
    const files = new DataTransfer()
    for (let i = 0; i < 5000; i++)
      files.items.add(new File([i % 10 === 0 ? 'text' : 'x'.repeat(100)], i % 10 === 0 ? 'notes.txt' : i + '.png'))
    dispatchEvent(new DragEvent('drop', { dataTransfer: files, cancelable: true }))
  }`)
    await page.getByText(/of 5,000 sent/).waitFor()
    await expect
      .poll(() => its.station.told.filter(({ path }) => path === '/v1/inspect').length, { timeout: 30_000 })
      .toBeGreaterThan(200)
    // twenty are named, all are counted, and the page goes on answering
    expect(await page.getByText('notes.txt').count()).toBeLessThanOrEqual(20)
    await page.getByRole('link', { name: 'Runs' }).click()
    await page.getByRole('heading', { name: 'Runs' }).waitFor()
    await page.getByRole('link', { name: 'Live' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    const sent = its.station.told.filter(({ path }) => path === '/v1/inspect').length
    expect(sent).toBeLessThan(5000)
    expect(its.troubles.filter((text) => !text.includes('415'))).toEqual([])
  })

  test('runs nothing that a name or a label says, and shows it as it is', async () => {
    const part = anInspection(7, {
      ...{ part: hostile, lot: hostile, camera: hostile, reason: hostile, outcome: 'anomalous' },
      model: { name: hostile, fingerprint: 'f00d', preparation: null },
      correction: {
        ...{
          id: 1,
          inspection: '8'.padStart(32, '0'),
          by: hostile,
          at: '2026-01-01T00:00:00.000Z',
          masks: [],
        },
        ...{ label: 'anomalous', kind: hostile, note: hostile, undone: null },
      },
    })
    its.station.answers.set('GET /v1/inspections', () => ({ inspections: [part], next: null }))
    its.station.answers.set(`GET /v1/inspections/${part.id}`, () => part)
    its.station.answers.set(`GET /v1/inspections/${part.id}/corrections`, () => [part.correction])
    its.station.answers.set('GET /v1/facets', () => ({
      ...{ lots: [hostile], cameras: [hostile], kinds: [hostile] },
      models: [{ name: hostile, fingerprint: 'f00d' }],
    }))
    its.station.answers.set('GET /v1/datasets', () => [{ name: hostile, exported: true }])
    its.station.answers.set('POST /v1/review/next', () => part)
    its.station.answers.set('POST /v1/inspect', () => new Problem(415, 'IMAGE', hostile))
    its.station.answers.set(`DELETE /v1/inspections/${part.id}/claim`, () => ({ released: true }))
    const page = await its.open()
    await page.locator('.shout', { hasText: hostile }).waitFor()
    await page.locator('input[type=file]').setInputFiles({
      ...{ name: '<img src=x onerror=window.hacked=2>.png', mimeType: 'image/png', buffer: Buffer.from('x') },
    })
    await page.getByText('<img src=x onerror=window.hacked=2>.png').waitFor()
    for (const view of ['review', 'explore', `explore/${part.id}`, 'train']) {
      await page.goto(`${its.station.address}#/${view}`)
      await page.getByText(hostile).first().waitFor({ state: 'attached' })
    }
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(await page.evaluate('document.querySelectorAll("img[src=x]").length')).toBe(0)
    expect(its.troubles.filter((text) => !text.includes('415'))).toEqual([])
  })

  test('goes as far as an address can be read', async () => {
    const page = await its.open('explore/%E0%A4%A')
    await page.getByRole('heading', { name: 'Explore' }).waitFor()
    expect(its.troubles).toEqual([])
  })
})
