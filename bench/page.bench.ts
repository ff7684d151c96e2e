/**
 * The page in a real Chromium before a real station with 100,000 inspections: first view, scrolling, a live verdict. `npm run build:web`,
 * then `npx tsx bench/page.bench.ts` (`--records N` for fewer, `--seconds N` of scrolling).
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../scripts/station/day/browser.ts'
import { saveSmallModel } from '../scripts/station/small-model.ts'
import { startStation } from '../scripts/station/station-process.ts'
import { encodePng } from '../src/image/encode-image.ts'
import { openStore } from '../src/records/database/open-store.ts'
import { openRecords } from '../src/records/open-records.ts'
import { stripes } from '../src/testing/striped-image.ts'
import { cycleMs, fillRecords, judgedAt, start } from './fill-records.ts'
import { machine, spread } from './machine.ts'

const { values } = parseArgs({ options: { records: { type: 'string' }, seconds: { type: 'string' } } })
const count = Number(values.records ?? 100_000)
const seconds = Number(values.seconds ?? 8)
/** Different pictures, of which each inspection has one. */
const pictures = 64

async function main(): Promise<void> {
  console.log(machine())
  await measureScript()
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-page-bench-'))
  const data = join(folder, 'data')
  await fill(data)
  await saveSmallModel(join(folder, 'small'))
  const station = await startStation([
    ...['--model', join(folder, 'small'), '--data', data, '--rate', '1000000'],
    ...['--keep', 'all', '--keep-days', '100000'],
  ])
  try {
    await measureFirstView(station.address)
    const browser = await openBrowser()
    await measureScrolling(browser, station.address, false)
    await measureScrolling(browser, station.address, true)
    await measureLive(browser, station.address)
    await browser.close()
  } finally {
    await station.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureScript(): Promise<void> {
  const assets = join(import.meta.dirname, '../dist/web/assets')
  const names = (await readdir(assets)).filter((name) => name.endsWith('.js'))
  const sizes = await Promise.all(
    names.map(async (name) => gzipSync(await readFile(join(assets, name))).length),
  )
  console.log(`script: ${(sizes.reduce((sum, size) => sum + size, 0) / 1000).toFixed(1)} kB compressed`)
}

/** Every inspection has a picture: one of some that are kept once. */
async function fill(folder: string): Promise<void> {
  const clock = (): Date => new Date(start + count * cycleMs)
  const keep = {
    pictures: 'all',
    maps: 'none',
    embeddings: 'none',
    maxAgeDays: null,
    maxBytes: null,
  } as const
  const records = await openRecords({ folder, clock, keep })
  await fillRecords({ folder }, records, count)
  for (let i = 0; i < pictures; i++) {
    const picture = await encodePng(stripes(i, i % 7 === 0))
    const judged = { ...judgedAt(count + i, 0.5), idempotencyKey: `${i}` }
    await records.inspections.record({
      judged,
      files: [{ picture, map: null, embedding: null }],
      letters: [],
    })
  }
  const { db, close } = await openStore({ folder })
  const kept = await db.selectFrom('kept_files').select(['file', 'bytes', 'time']).orderBy('id').execute()
  for (let from = 1; from <= count; from += 500) {
    const rows = Array.from({ length: Math.min(500, count + 1 - from) }, (_, i) => {
      const inspection = from + i
      return { inspection, image: 0, what: 'picture', ...kept[inspection % kept.length]! }
    })
    await db.insertInto('kept_files').values(rows).execute()
  }
  await close()
  await records.close()
}

/** Each in a browser that has just been started, with nothing in its cache. */
async function measureFirstView(address: string): Promise<void> {
  const times: number[] = []
  for (let round = 0; round < 7; round++) {
    const browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    // usable: the last verdict is read, counts and state stand beside it
    await page.addInitScript(`{
      const look = new MutationObserver(() => {
        if (!document.querySelector('.shout') || !document.querySelector('.wellbeing li')) return
        look.disconnect()
        requestAnimationFrame(() => setTimeout(() => { window.usableAt = performance.now() }))
      })
      look.observe(document, { childList: true, subtree: true })
    }`)
    await page.goto(address)
    times.push(await soon(page, 'window.usableAt'))
    await browser.close()
  }
  console.log(`first view, cold: ${spread(times, 0)} ms`)
}

/** To the end of what is known, again and again: pages come as they are reached. */
async function measureScrolling(browser: Browser, address: string, asPictures: boolean): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(`${address}/#/explore`)
  await page.locator('a.row').first().waitFor()
  if (asPictures) {
    await page.getByRole('button', { name: 'Pictures' }).click()
    await page.locator('a.tile').first().waitFor()
  }
  const before = await heapOf(page)
  // 4,000 CSS pixels a second: faster than one reads, slower than one throws
  const gaps = (await page.evaluate(`new Promise((done) => {
    const list = document.querySelector('.virtual')
    const gaps = []
    let last = performance.now()
    const end = last + ${seconds * 1000}
    const step = (now) => {
      gaps.push(now - last)
      list.scrollTop += (now - last) * 4
      last = now
      if (now < end) requestAnimationFrame(step)
      else done(gaps.slice(5))
    }
    requestAnimationFrame(step)
  })`)) as number[]
  const rate = (1000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0)
  const slow = gaps.filter((gap) => gap > 34).length
  const sorted = [...gaps].sort((a, b) => a - b)
  const walked = await walkDown(page, asPictures ? 5000 : Infinity)
  const after = await heapOf(page)
  const nodes = Number(await page.evaluate('document.querySelectorAll("*").length'))
  console.log(
    `${asPictures ? 'thumbnails' : 'rows'}: ${rate.toFixed(1)} frames a second, p99 ${sorted[Math.floor(0.99 * sorted.length)]?.toFixed(0)} ms, ` +
      `${slow} of ${gaps.length} over 34 ms; after ${walked} inspections: ${nodes} elements, heap ${before.toFixed(1)} -> ${after.toFixed(1)} MB`,
  )
  await page.close()
}

/** Down until so many are known, or all. @returns how many the page then knows. */
async function walkDown(page: Page, enough: number): Promise<number> {
  return (await page.evaluate(`new Promise((done) => {
    const list = document.querySelector('.virtual')
    const known = () => Number(document.querySelector('.explore-head [role=status]').textContent.replace(/\\D/g, ''))
    const isWhole = () => !document.querySelector('.explore-head [role=status]').textContent.includes('+')
    const step = () => {
      list.scrollTop = list.scrollHeight
      if (isWhole() || known() >= ${enough}) done(known())
      else setTimeout(step)
    }
    step()
  })`)) as number
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize / 1e6
}

/** From the time of the record to the frame that shows it. */
async function measureLive(browser: Browser, address: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(address)
  await page.locator('.shout').waitFor()
  await page.evaluate(`{
    window.shownAt = {}
    new MutationObserver(() => {
      const part = document.querySelector('.shout b')?.textContent
      if (part && !(part in shownAt)) requestAnimationFrame(() => setTimeout(() => { shownAt[part] = Date.now() }))
    }).observe(document.querySelector('.newest'), { childList: true, subtree: true, characterData: true })
  }`)
  const times: number[] = []
  const body = Buffer.from(await encodePng(stripes(1, true)))
  for (let i = 0; i < 40; i++) {
    const asked = await fetch(`${address}/v1/inspect?part=live-${i}`, {
      ...{ method: 'POST', body, headers: { 'content-type': 'image/png' } },
    })
    const { id } = (await asked.json()) as { readonly id: string }
    const shown = await soon(page, `shownAt['live-${i}']`)
    const found = await fetch(`${address}/v1/inspections/${id}`)
    const { time } = (await found.json()) as { readonly time: string }
    times.push(shown - Date.parse(time))
  }
  console.log(`a verdict on the screen after its record: ${spread(times, 0)} ms`)
}

/** A number that the page will know: asked for through the protocol, since its policy evaluates nothing. */
async function soon(page: Page, expression: string): Promise<number> {
  for (let left = 1000; left > 0; left--) {
    const value = await page.evaluate(expression)
    if (typeof value === 'number') return value
    await new Promise((resolve) => setTimeout(resolve, 30))
  }
  throw new Error(`the page never knew ${expression}`)
}

await main()
