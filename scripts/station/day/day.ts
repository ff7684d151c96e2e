/**
 * A day at the station, by its page alone: the line is commissioned, its light fades, people decide, the alarm is read, a model is
 * trained again from what they said, judges in shadow, takes over, and gives way again. Whatever was done is kept, to be held against
 * the records afterwards (`check-records.ts`).
 */
import type { StationInspection } from '../../../src/wire/station/inspection.ts'
import { openBrowser, type Person, sitDown } from './browser.ts'
import { type ForgedPart, forgedLine, type LineOptions } from './forged-line.ts'
import { reviewQueue, type Said } from './review-queue.ts'

export interface DayOptions extends LineOptions {
  readonly address: string
  /** Folder for pictures of every step; null keeps none. */
  readonly pictures: string | null
  /** Share of all parts that people are to see on this day. */
  readonly sample: number
  readonly tell: (what: string) => void
}

export interface Passed {
  /** Of the inspection. */
  readonly id: string
  readonly part: string
  readonly defect: string | null
  readonly verdict: string
  readonly score: number
  /** Of the model that answered. */
  readonly model: string
}

export interface Day {
  /** In the order in which they passed. */
  readonly passed: readonly Passed[]
  readonly said: readonly Said[]
  readonly alarm: string
  readonly models: { readonly first: string; readonly second: string }
  /** Parts that both judged, one of them in shadow. */
  readonly inShadow: readonly string[]
  readonly troubles: readonly string[]
}

const minutes = 60_000

export async function liveOneDay(options: DayOptions): Promise<Day> {
  const { address, pictures, commissioning, day, sample, tell } = options
  const browser = await openBrowser()
  const line = forgedLine(options)
  try {
    const person = await sitDown(browser, address, pictures)
    const { page, go, look } = person
    page.setDefaultTimeout(2 * minutes)
    const passed: Passed[] = []
    const pass = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const { value } = await line.next()
        if (value === undefined) throw new Error('the forge made fewer parts than were asked for')
        passed.push(await inspect(address, value))
      }
    }

    await go('', 'Live')
    await look('nothing-inspected')
    tell(`commissioning on ${commissioning} parts`)
    await pass(commissioning)
    await shows(person, passed)
    await go('drift', 'Drift and promise')
    await page.getByText('No alarm in').waitFor()
    await look('commissioned')

    await setSample(person, sample)
    tell(`the day: ${day} parts, the light fades from the middle on`)
    await go('', 'Live')
    await pass(Math.ceil(day / 2))
    await shows(person, passed)
    await look('live-at-noon')
    await pass(Math.floor(day / 2) - shadowParts)
    await shows(person, passed)
    await look('live-in-the-evening')

    await go('drift', 'Drift and promise')
    const alarm = (await page.locator('.alarm-now').textContent()) ?? ''
    tell(alarm)
    await look('alarm')

    await go('review', 'Review')
    const defects = new Map(passed.map(({ part, defect }) => [part, defect]))
    const said = await reviewQueue(
      page,
      (part) => defects.get(part) ?? null,
      () => look('review'),
    )
    await look('reviewed')
    tell(`${said.length} parts decided`)
    await go('explore?correction=anomalous', 'Explore')
    await page.getByText(/^\d+ inspections?$/).waitFor()
    await look('explore')
    await page.locator('a.row').first().click()
    await page.locator('article.detail .viewer img').first().waitFor()
    await look('detail')
    await go('drift', 'Drift and promise')
    await page.getByText('decided by people').waitFor()
    await look('promise')

    const models = await trainAgain(person, tell)
    await page.getByRole('listitem').filter({ hasText: models.second }).last().waitFor()
    tell('both judge: one of them in shadow')
    const before = passed.length
    await pass(shadowParts)
    await afterShadow(address, passed.slice(before))
    for (const { part, defect } of passed.slice(before)) defects.set(part, defect)
    await go('review', 'Review')
    said.push(...(await reviewQueue(page, (part) => defects.get(part) ?? null, noLook)))
    await compareInPage(person)
    await promote(person, models)
    tell('back at the model of the morning')
    return {
      ...{ passed, said, alarm, models },
      inShadow: passed.slice(before).map(({ id }) => id),
      troubles: person.troubles,
    }
  } finally {
    await line.return(undefined) // its threads would keep the program alive
    await browser.close()
  }
}

const noLook = async (): Promise<void> => {}

/** Of the day, those that pass while the second model judges in shadow. */
const shadowParts = 40

async function inspect(address: string, { part, png, defect }: ForgedPart): Promise<Passed> {
  const response = await fetch(`${address}/v1/inspect?part=${part}&lot=night&camera=top`, {
    ...{ method: 'POST', body: Buffer.from(png), headers: { 'content-type': 'image/png' } },
  })
  const answer = (await response.json()) as {
    readonly id: string
    readonly verdict: string
    readonly score: number
    readonly model: { readonly fingerprint: string }
  }
  if (!response.ok) throw new Error(`${part}: ${JSON.stringify(answer)}`)
  const { id, verdict, score, model } = answer
  return { id, part, defect, verdict, score, model: model.fingerprint }
}

/** The page says the last verdict, and has counted all of them. */
async function shows({ page }: Person, passed: readonly Passed[]): Promise<void> {
  const last = passed.at(-1)
  await page.locator('.shout', { hasText: last?.part ?? '' }).waitFor()
  const shown = await page.locator('.shout').getAttribute('data-outcome')
  if (shown !== last?.verdict) throw new Error(`the page says ${shown} of a part that is ${last?.verdict}`)
  let sum = 0
  // what came while the page read is counted a little later
  for (let left = 300; left > 0; left--) {
    const counts = await page.locator('.running dd b').allTextContents()
    sum = counts.reduce((total, text) => total + Number(text.replace(/\D/g, '')), 0)
    if (sum === passed.length) return
    await page.waitForTimeout(100)
  }
  throw new Error(`the page counts ${sum} of ${passed.length} parts`)
}

async function setSample({ page, go, look }: Person, share: number): Promise<void> {
  await go('review', 'Review')
  await page.getByRole('button', { name: 'Change the rule' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('slider', { name: /Of all parts/ }).fill(String(share))
  await dialog.getByText('There is a random sample').waitFor()
  await look('sampling-rule')
  await dialog.getByRole('button', { name: 'Set for parts to come' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText(`By rule people see ${Math.round(100 * share)}%`).waitFor()
}

const dataset = 'decided'
const second = 'second'

async function trainAgain({ page, go, look }: Person, tell: (what: string) => void): Promise<Day['models']> {
  await go('train', 'Train again')
  const active = page.locator('.proposals > li', { hasText: 'judges' }).last().locator('b').first()
  const first = (await active.textContent()) ?? ''
  await page.getByLabel('Name', { exact: true }).fill(dataset)
  await page.getByRole('button', { name: 'Make the dataset' }).click()
  tell((await page.locator('p[role=status].calm').textContent()) ?? '')
  await page.getByLabel('Name of the result').fill(second)
  for (const [button, job] of [
    ['Check', 'Check'],
    ['Evaluate', 'Evaluate'],
    ['Train a model from it, with its figures', 'Train'],
  ] as const) {
    await page.getByRole('button', { name: button, exact: true }).first().click()
    const entry = page.locator('[data-job]', { hasText: `${job} ${dataset}` }).first()
    await entry
      .locator('.state')
      .getByText(/done|failed/)
      .waitFor({ timeout: 10 * minutes })
    const state = await entry.getAttribute('data-state')
    tell(`${job}: ${state}${state === 'failed' ? `: ${await entry.locator('.trouble').textContent()}` : ''}`)
    await look(`job-${job.toLowerCase()}`)
    if (state !== 'done') throw new Error(`the job ${job} failed`)
  }
  await page.getByRole('link', { name: 'See the run' }).first().click()
  await page.getByRole('heading', { level: 1, name: second }).waitFor()
  await look('run')
  await go('train', 'Train again')
  const model = page.locator('[data-model="second"]')
  await model.getByRole('button', { name: 'In shadow' }).click()
  await model.getByText('judges in shadow').waitFor()
  await look('in-shadow')
  return { first, second }
}

/** A model in shadow judges after the answer was given. */
async function afterShadow(address: string, parts: readonly Passed[]): Promise<void> {
  for (let left = 600; left > 0; left--) {
    const response = await fetch(`${address}/v1/inspections?shadow=shadow&limit=500`)
    const { inspections } = (await response.json()) as { readonly inspections: readonly StationInspection[] }
    if (parts.every(({ id }) => inspections.some(({ shadowOf }) => shadowOf === id))) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the model in shadow did not judge every part')
}

async function compareInPage({ page, go, look }: Person): Promise<void> {
  await go('train', 'Train again')
  await page.getByRole('link', { name: 'Compare the two' }).click()
  await page.getByText(`${shadowParts} parts were judged by both`).waitFor()
  await look('compared')
}

async function promote({ page, go, look }: Person, { first }: Day['models']): Promise<void> {
  await go('train', 'Train again')
  const model = page.locator(`[data-model="${second}"]`)
  await model.getByRole('button', { name: 'Let it judge' }).click()
  await model.getByText('judges', { exact: true }).waitFor()
  await look('promoted')
  await page.getByRole('button', { name: `Back to ${first}` }).click()
  await page.locator(`[data-model="${first}"]`).getByText('judges', { exact: true }).waitFor()
  await look('rolled-back')
}
